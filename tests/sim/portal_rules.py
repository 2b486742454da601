"""portal_rules — the value rules of the national portal's dossier-sync calls (DOMAIN 3.1), as tables.

All values are strings; missing is "", never null; times are yyyyMMddHHmmss and exist; text is NFC; lengths
are code points. A field no table knows is a violation too: the real portal would lose it silently.
"""
import datetime
import re
import unicodedata
from typing import NamedTuple

RECEIVED_STATUSES = {"2", "4", "6", "9", "10"}  # only a dossier once accepted gets there
UNRECEIVED_STATUSES = {"1", "3"}                # never accepted
EITHER_STATUSES = {"5", "7", "8"}               # reached from 1 as well as from 2 and 4


class Violation(Exception):
    def __init__(self, field, reason):
        super().__init__(f"Trường {field}: {reason}")
        self.field = field


class Text(NamedTuple):
    """required: the key must be there. filled: it must say something."""
    required: bool = False
    filled: bool = False
    limit: int = 0
    choices: tuple = ()


class Time(NamedTuple):
    required: bool = False
    filled: bool = False


class Rows(NamedTuple):
    """A list of records of these fields; any fields when None."""
    fields: object
    required: bool = False


FREE, OWED, KEY = Text(), Text(required=True), Text(required=True, filled=True)
WHEN, WHEN_OWED = Time(), Time(required=True)
STATUSES = tuple(str(n) for n in range(1, 11))
YES_NO = Text(choices=("0", "1"))

SUBMITTED_FILE = {
    "TepDinhKemId": FREE, "TenTepDinhKem": Text(limit=4000), "IsDeleted": Text(choices=("True", "False")),
    "MaThanhPhanHoSo": FREE, "DuongDanTaiTepTin": FREE, "DuocSoHoa": YES_NO,
    "DuocTaiSuDung": Text(choices=("0", "1", "2")), "DuocLayTuKhoDMQG": YES_NO, "MaKetQuaThayThe": FREE,
}
SUPPLEMENT = {
    "HoSoBoSungId": FREE, "NguoiYeuCauBoSung": FREE, "NoiDungBoSung": FREE, "NgayBoSung": WHEN,
    "NguoiTiepNhanBoSung": FREE, "ThongTinTiepNhan": FREE, "NgayTiepNhanBoSung": WHEN,
    "TrangThaiBoSung": FREE, "DanhSachGiayToBoSung": Rows(None), "DanhSachLePhiBoSung": Rows(None),
    "NgayHenTraTruoc": WHEN, "NgayHenTraMoi": WHEN,
}
DOSSIER = {
    "MaHoSo": KEY, "MaTTHC": KEY, "TenTTHC": KEY, "MaLinhVuc": OWED, "TenLinhVuc": OWED,
    "KenhThucHien": Text(choices=("1", "2", "3")), "ChuHoSo": KEY,
    "LoaiDoiTuong": Text(required=True, choices=("1", "2", "3", "4")), "MaDoiTuong": FREE,
    "SoGiayToChuHoSo": FREE,
    "DinhDanhCHS": Rows({"LoaiDinhDanh": Text(choices=("1", "2")), "SoDinhDanh": FREE}),
    "ThongTinKhac": FREE, "Email": OWED, "Fax": FREE, "SoDienThoai": OWED,
    "TrichYeuHoSo": Text(required=True, limit=1000), "SoBienNhan": FREE,
    "NgayNopHoSo": WHEN, "NgayTiepNhan": WHEN_OWED, "NgayHenTra": WHEN_OWED, "NgayTuChoi": WHEN,
    "NgayKetThucXuLy": WHEN, "NgayTra": WHEN, "ThongTinTra": FREE,
    "TrangThaiHoSo": Text(required=True, filled=True, choices=STATUSES),
    "HinhThuc": Text(required=True, choices=("0", "1")), "DonViXuLy": OWED, "GhiChu": FREE,
    "NoiNopHoSo": Text(choices=("1", "2")), "HoSoCoThanhPhanSoHoa": YES_NO,
    "TaiKhoanDuocXacThucVoiVNeID": YES_NO,
    "DuocThanhToanTrucTuyen": Text(choices=("1", "2", "3")), "DSKetNoiCSDL": Rows({"MaCSDL": FREE}),
    "TaiLieuNop": Rows(SUBMITTED_FILE),
    "DanhSachLePhi": Rows({"TenPhiLePhi": FREE, "MaPhiLePhi": FREE, "HinhThucThu": FREE, "Gia": FREE,
                           "LoaiPhiLePhi": FREE}),
    "DanhSachTepDinhKemKhac": Rows({"TenGiayTo": Text(limit=2000), "SoLuong": FREE, "LoaiGiayTo": FREE}),
    "DanhSachHoSoBoSung": Rows(SUPPLEMENT),
    "DanhSachGiayToKetQua": Rows({"TenGiayTo": Text(limit=2000), "MaThanhPhanHoSo": FREE, "GiayToId": FREE,
                                  "DuongDanTepTinKetQua": FREE, "MaGiayToKetQua": FREE}),
}
PROGRESS = {
    "MaHoSo": KEY, "NguoiXuLy": Text(required=True, limit=50), "ChucDanh": FREE,
    "ThoiDiemXuLy": Time(required=True, filled=True), "PhongBanXuLy": FREE, "NoiDungXuLy": OWED,
    "TrangThai": Text(required=True, filled=True, choices=STATUSES), "NgayBatDau": WHEN,
    "NgayKetThucTheoQuyDinh": WHEN,
}


def check_record(record, fields, at):
    """Raises Violation with the full name of the first field that breaks a rule."""
    if not isinstance(record, dict):
        raise Violation(at, "phải là một đối tượng")
    for name, rule in fields.items():
        if rule.required and name not in record:
            raise Violation(f"{at}.{name}", "bắt buộc phải có")
    for name, value in record.items():
        if name not in fields:
            raise Violation(f"{at}.{name}", "không có trong đặc tả")
        _check_value(value, fields[name], f"{at}.{name}")


def check_any(value, at):
    """The rules that hold for values of no table: strings, lists and objects of them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            check_any(inner, f"{at}.{name}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            check_any(inner, f"{at}[{i}]")
    else:
        _check_string(value, at)


def check_reception(record, accepted_before, at):
    """Reception and appointment times may be missing only in a dossier that is not, or not yet, accepted."""
    status = record["TrangThaiHoSo"]
    if status in UNRECEIVED_STATUSES or (status in EITHER_STATUSES and not accepted_before):
        return
    for name in ("NgayTiepNhan", "NgayHenTra"):
        if not record[name]:
            raise Violation(f"{at}.{name}", f"không được để trống khi TrangThaiHoSo là {status}")


def is_accepted(record):
    return bool(record["NgayTiepNhan"]) or record["TrangThaiHoSo"] in RECEIVED_STATUSES


def _check_value(value, rule, at):
    if isinstance(rule, Rows):
        _check_rows(value, rule, at)
        return
    _check_string(value, at)
    if rule.filled and not value.strip():
        raise Violation(at, "không được để trống")
    if isinstance(rule, Time):
        _check_time(value, at)
    else:
        _check_text(value, rule, at)


def _check_rows(value, rule, at):
    if not isinstance(value, list):
        raise Violation(at, "phải là một danh sách")
    for i, row in enumerate(value):
        if rule.fields is None:
            check_any(row, f"{at}[{i}]")
        else:
            check_record(row, rule.fields, f"{at}[{i}]")


def _check_string(value, at):
    if not isinstance(value, str):
        raise Violation(at, "giá trị phải là chuỗi ký tự, giá trị trống là \"\"")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise Violation(at, "không phải văn bản Unicode hợp lệ")
    if not unicodedata.is_normalized("NFC", value):
        raise Violation(at, "văn bản phải ở dạng Unicode NFC")


def _check_text(value, rule, at):
    if rule.limit and len(value) > rule.limit:
        raise Violation(at, f"dài {len(value)} ký tự, tối đa {rule.limit}")
    if rule.choices and value and value not in rule.choices:
        raise Violation(at, f"giá trị {value} không thuộc {rule.choices[0]}–{rule.choices[-1]}")


def _check_time(value, at):
    if not value:
        return
    try:
        if not re.fullmatch("[0-9]{14}", value):
            raise ValueError
        datetime.datetime.strptime(value, "%Y%m%d%H%M%S")
    except ValueError:
        raise Violation(at, f"thời gian {value} không đúng dạng yyyyMMddHHmmss") from None
