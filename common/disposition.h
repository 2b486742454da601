/* disposition.h — the name under which a browser saves a file somebody else brought. Pure. Sources: RFC 6266,
 * RFC 8187.
 *
 * Always a download, never shown in the page's own origin: Chromium does not show a PDF in a sandbox, and
 * without one the bytes of a stranger would run beside the portal.
 */
#ifndef DISPOSITION_H
#define DISPOSITION_H

/* The value of Content-Disposition: the name as it is, and one in ASCII for old programs. The name ends as
 * the media type does, so that text called "run.bat" is saved as "run.bat.txt". Owner: ctx. */
const char *disposition_of(const void *ctx, const char *name, const char *media_type);

#endif
