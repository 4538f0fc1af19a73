"""The child of pdf.py: a PDF on standard input, its text on standard output, within limits it sets itself."""

import logging
import resource
import sys
from contextlib import suppress
from io import BytesIO

MEMORY, CPU_SECONDS = 512 * 1024 * 1024, 8


def main(pages: int, longest: int) -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with suppress(ValueError, OSError):  # where the system does not know the limit, the parent's clock remains
            resource.setrlimit(what, (most, most))
    logging.disable(logging.CRITICAL)
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(sys.stdin.buffer.read()))
    text = "\n".join(page.extract_text() for page in reader.pages[:pages])
    sys.stdout.buffer.write(text[:longest].encode("utf-8", "replace"))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
