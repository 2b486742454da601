/* card — what a scanner types from the QR of a citizen's card: "number|old number|name|ddmmyyyy|sex|address|ddmmyyyy". */
const isoDay = (text) => (/^\d{8}$/.test(text ?? "") ? `${text.slice(4)}-${text.slice(2, 4)}-${text.slice(0, 2)}` : "");

/** The person, or null where the text is no card. */
export function readCard(text) {
  const [number, , name, birth, , address] = text.split("|").map((part) => part.trim().normalize("NFC"));
  if (!/^\d{12}$/.test(number ?? "") || !name) return null;
  return { id_number: number, name, birth_date: isoDay(birth), address: address ?? "" };
}
