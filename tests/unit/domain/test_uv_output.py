"""uv's words are classified, and nothing of them can do harm.

Most texts are what uv 0.13.9 printed, and `tests/integration` provokes those anew. Not
provoked are permission denied (tests may run as root), an expired certificate and failed
builds, which never happen with `--no-build`: those texts are put together from its parts.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.cause import Hop, Step
from venvoy.domain.uv_output import EVIDENCE_LINES, classify, explanation, split_marker
from venvoy.domain.uv_rules import RULES
from venvoy.texts import LANGUAGES, text

LIMITS = "python_full_version == '3.12.*' and sys_platform == 'linux'"
SPLIT = f"error: No solution found when resolving dependencies for split (markers: {LIMITS})\n"
GOT = "error: Failed to download `six==1.0`\n  cause: Failed to fetch: {url}\n"
FILE = "https://mirror.example.org/packages/six-1.0-py3-none-any.whl"
CONNECT = "  cause: error sending request for url (" + FILE + ")\n  cause: client error (Connect)\n"

OUTPUT: list[tuple[str, Hop, bool, str]] = [
    (
        "index-unavailable",
        Hop.MIRROR,
        True,
        (
            "error: Request failed after 3 retries in 9.1s\n"
            "  cause: Failed to fetch: https://mirror.example.org/simple/six/\n"
            "  cause: HTTP status server error (500 Internal Server Error) for url (https://x/)"
        ),
    ),
    (
        "index-unauthorized",
        Hop.MIRROR,
        False,
        SPLIT + "  cause: Because six was not found in the package registry and you require six,"
        " we can conclude that your requirements are unsatisfiable.\n\nhint: An index URL"
        " (https://mirror.example.org/simple) could not be queried due to a lack of valid"
        " authentication credentials (401 Unauthorized)",
    ),
    (
        "index-unauthorized",
        Hop.MIRROR,
        False,
        SPLIT + "  cause: Because six was not found in the package registry\n\nhint: An index"
        " (https://mirror.example.org/simple) returned a 403 Forbidden error. Check that the index",
    ),
    (
        "file-unauthorized",
        Hop.MIRROR,
        False,
        GOT.format(url=FILE)
        + f"  cause: HTTP status client error (401 Unauthorized) for url ({FILE})",
    ),
    (
        "file-missing",
        Hop.MIRROR,
        False,
        GOT.format(url=FILE)
        + f"  cause: HTTP status client error (404 Not Found) for url ({FILE})",
    ),
    (
        "file-unavailable",
        Hop.MIRROR,
        True,
        GOT.format(url=FILE)
        + f"  cause: HTTP status server error (503 Service Unavailable) ({FILE})",
    ),
    (
        "proxy-refused",
        Hop.PROXY,
        False,
        GOT.format(url=FILE)
        + "  cause: HTTP status client error (407 Proxy Authentication Required)",
    ),
    (
        "proxy-refused",
        Hop.PROXY,
        False,
        GOT.format(url=FILE) + CONNECT + "  cause: tunnel error: proxy authorization required",
    ),
    (
        "download-stalled",
        Hop.MIRROR,
        True,
        GOT.format(url=FILE) + "  cause: operation timed out",
    ),
    (
        "download-stalled",
        Hop.MIRROR,
        True,
        (
            "error: Failed to download `six==1.0`\n  cause: Failed to extract archive: six.whl\n"
            "  cause: I/O operation failed during extraction\n  cause: Failed to download"
            " distribution due to network timeout. Try increasing UV_HTTP_TIMEOUT"
        ),
    ),
    (
        "connection-refused",
        Hop.MIRROR,
        True,
        GOT.format(url=FILE) + CONNECT + "  cause: Connection refused (os error 111)",
    ),
    (
        "name-not-resolved",
        Hop.MIRROR,
        True,
        GOT.format(url=FILE) + CONNECT + "  cause: dns error\n  cause: failed to lookup address",
    ),
    (
        "certificate-unknown",
        Hop.MIRROR,
        False,
        GOT.format(url=FILE) + CONNECT + "  cause: invalid peer certificate: UnknownIssuer",
    ),
    (
        "certificate-invalid",
        Hop.MIRROR,
        False,
        GOT.format(url=FILE) + CONNECT + "  cause: invalid peer certificate: Expired",
    ),
    (
        "tls-failed",
        Hop.MIRROR,
        False,
        GOT.format(url=FILE) + CONNECT + "  cause: received corrupt message of type InvalidContent",
    ),
    (
        "download-cut",
        Hop.MIRROR,
        True,
        GOT.format(url=FILE) + "  cause: error decoding response body\n"
        "  cause: end of file before message length reached",
    ),
    (
        "wheel-corrupt",
        Hop.PACKAGE,
        False,
        (
            "error: Failed to download `six==1.0`\n"
            "  cause: Failed to extract archive: six-1.0-py3-none-any.whl\n"
            "  cause: Invalid zip file structure"
        ),
    ),
    (
        "wheel-corrupt",
        Hop.PACKAGE,
        False,
        SPLIT + "  cause: Because six==1.0 has an invalid package format and only six==1.0 is"
        " available, we can conclude that all versions of six cannot be used.",
    ),
    (
        "hash-mismatch",
        Hop.MIRROR,
        False,
        (
            "error: Failed to download `six==1.0`\n  cause: Hash mismatch for `six==1.0`\n\n"
            "         Expected:\n           sha256:00\n\n         Computed:\n           sha256:ce"
        ),
    ),
    (
        "size-mismatch",
        Hop.MIRROR,
        False,
        (
            "error: Failed to download `six==1.0`\n"
            "  cause: Size mismatch for `six==1.0`: expected 5 bytes, but downloaded 935 bytes"
        ),
    ),
    (
        "offline-not-cached",
        Hop.NODE,
        False,
        (
            "error: Failed to download `six==1.0`\n  cause: Network connectivity is disabled, but"
            f" the requested data wasn't found in the cache: {FILE}"
        ),
    ),
    (
        "package-not-found",
        Hop.REQUIREMENTS,
        False,
        SPLIT + "  cause: Because nosuch was not found in the package registry and you require"
        " nosuch, we can conclude that your requirements are unsatisfiable.",
    ),
    (
        "no-solution",
        Hop.REQUIREMENTS,
        False,
        SPLIT + "  cause: Because all versions of a depend on leaf>=2 and all versions of b depend"
        " on leaf<2, we can conclude that a and b are incompatible.\n         And because you"
        " require a and b, we can conclude that your requirements are unsatisfiable.",
    ),
    (
        "python-excluded",
        Hop.REQUIREMENTS,
        False,
        SPLIT + "  cause: Because the requested Python version (>=3.12) does not satisfy"
        " Python>=3.13 and six==1.0 depends on Python>=3.13, six==1.0 cannot be used.",
    ),
    (
        "python-mismatch",
        Hop.INTERPRETER,
        False,
        (
            "error: The requested interpreter resolved to Python 3.11.7, which is incompatible with"
            " the `pylock.toml`'s Python requirement: `>=3.13`"
        ),
    ),
    (
        "no-wheel-for-platform",
        Hop.PACKAGE,
        False,
        (
            "error: Package `six` can't be installed because it is marked as `--no-build` but has"
            " no binary distribution"
        ),
    ),
    (
        "no-wheel-for-platform",
        Hop.PACKAGE,
        False,
        (
            "error: Package `six` can't be installed because it doesn't have a source distribution"
            " or wheel for the current platform"
        ),
    ),
    (
        "no-wheel-for-platform",
        Hop.PACKAGE,
        False,
        SPLIT + f"  cause: Because six==1.0 has no `{LIMITS}`-compatible wheels and only six==1.0"
        " is available, we can conclude that all versions of six cannot be used.",
    ),
    (
        "no-wheel-for-python",
        Hop.PACKAGE,
        False,
        SPLIT + "  cause: Because six==1.0 has no wheels with a matching Python version tag"
        " (e.g., `cp312`) and only six==1.0 is available, all versions of six cannot be used.",
    ),
    (
        "only-source",
        Hop.PACKAGE,
        False,
        SPLIT + "  cause: Because six==1.0 has no usable wheels and only six==1.0 is available\n\n"
        "hint: Wheels are required for `six` because building from source is disabled for all"
        " packages (i.e., with `--no-build`)",
    ),
    (
        "only-source",
        Hop.PACKAGE,
        False,
        (
            "error: Failed to download and build `six @ https://example.org/six-1.0.tar.gz`\n"
            "  cause: Building source distributions for `six` is disabled"
        ),
    ),
    (
        "package-name-mismatch",
        Hop.REQUIREMENTS,
        False,
        (
            "error: Requested package name `leaf` does not match `plain` in the distribution "
            "filename: https://example.org/plain-1.0-py3-none-any.whl"
        ),
    ),
    (
        "interpreter-missing",
        Hop.INTERPRETER,
        False,
        (
            "error: No virtual environment or system Python installation found for path `/nope`;"
            " run `uv venv` to create an environment"
        ),
    ),
    (
        "interpreter-missing",
        Hop.INTERPRETER,
        False,
        "error: No interpreter found for Python 3.99 in virtual environments or search path",
    ),
    (
        "interpreter-broken",
        Hop.INTERPRETER,
        False,
        (
            "error: Failed to inspect Python interpreter from provided path at `/opt/bin/python`\n"
            "  cause: Querying Python at `/opt/bin/python` failed with exit status exit status: 3"
        ),
    ),
    (
        "disk-full",
        Hop.DISK,
        False,
        (
            "error: Failed to inspect Python interpreter from provided path at `v`\n"
            "  cause: Failed to query Python interpreter\n"
            "  cause: failed to write to file `/cache/x.py`: No space left on device (os error 28)"
        ),
    ),
    (
        "disk-read-only",
        Hop.DISK,
        False,
        (
            "error: Failed to initialize cache at `/cache`\n"
            "  cause: failed to create directory `/cache`: Read-only file system (os error 30)"
        ),
    ),
    (
        "permission-denied",
        Hop.NODE,
        False,
        (
            "error: Failed to initialize cache at `/cache`\n"
            "  cause: failed to create directory `/cache`: Permission denied (os error 13)"
        ),
    ),
    (
        "compiler-missing",
        Hop.PACKAGE,
        False,
        (
            "error: Failed to build `six==1.0`\n  cause: The build backend returned an error\n"
            "  error: [Errno 2] No such file or directory: 'cc'"
        ),
    ),
    (
        "compiler-missing",
        Hop.PACKAGE,
        False,
        "error: Failed to build `six==1.0`\n  src/x.c:1:10: fatal error: ffi.h: No such file",
    ),
    (
        "build-failed",
        Hop.PACKAGE,
        False,
        "error: Failed to build `six==1.0`\n  cause: The build backend returned an error",
    ),
    ("uv-failed", Hop.UV, False, "error: something that nobody has seen before"),
]


def said_for(wanted: str) -> str:
    return next(said for code, _, _, said in OUTPUT if code == wanted)


@pytest.mark.parametrize(("code", "hop", "transient", "said"), OUTPUT)
def test_each_failure_has_its_cause(code: str, hop: Hop, transient: bool, said: str) -> None:
    cause = classify(said.splitlines(), exit_code=2, step=Step.INSTALL)
    assert (cause.code, cause.hop, cause.transient) == (code, hop, transient)
    assert cause.step is Step.INSTALL
    assert cause.evidence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "hop", "transient", "said"), OUTPUT)
def test_the_texts_of_a_cause_need_only_its_params(
    language: str, code: str, hop: Hop, transient: bool, said: str
) -> None:
    cause = classify(said.splitlines(), exit_code=2, step=Step.INSTALL)
    for part in ("message", "remedy"):
        shown = text(language, f"causes.{code}.{part}", cause.params)
        assert shown, code
        assert "?" not in shown
        assert "``" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_texts(language: str) -> None:
    codes = {rule.code for rule in RULES} | {"uv-failed", "killed", "ended-from-outside"}
    codes |= {"uv-not-started", "resolve-timeout", "pylock-unreadable", "file-without-hash"}
    assert len(codes) > 40
    for code in codes:
        assert text(language, f"causes.{code}.message"), code
        assert text(language, f"causes.{code}.remedy"), code


def cause_of(said: str, secrets: tuple[str, ...] = ()) -> dict[str, object]:
    cause = classify(said.splitlines(), exit_code=1, step=Step.RESOLVE, secrets=secrets)
    return dict(cause.params)


def test_what_was_found_is_named() -> None:
    by_code = {code: cause_of(said) for code, _, _, said in reversed(OUTPUT)}
    assert by_code["file-missing"]["package"] == "six==1.0"
    assert by_code["file-missing"]["host"] == "mirror.example.org"
    assert by_code["file-missing"]["status"] == "404"
    assert by_code["index-unauthorized"]["status"] == "401"
    assert by_code["size-mismatch"]["expected"] == "5"
    assert by_code["size-mismatch"]["found"] == "935"
    assert by_code["package-not-found"]["packages"] == ["nosuch"]
    assert by_code["only-source"]["packages"] == ["six"]
    assert by_code["python-mismatch"]["found"] == "3.11.7"
    assert by_code["interpreter-broken"]["path"] == "/opt/bin/python"
    assert by_code["disk-full"]["path"] == "/cache/x.py"
    assert (
        by_code["compiler-missing"]["header"] == "ffi.h" or by_code["compiler-missing"]["missing"]
    )


def test_a_failed_resolution_is_explained_in_plain_words() -> None:
    assert cause_of(said_for("no-solution"))["reason"] == (
        "Because all versions of a depend on leaf>=2 and all versions of b depend on leaf<2,"
        " a and b are incompatible. And because you require a and b, your requirements are"
        " unsatisfiable."
    )


def test_the_resolutions_own_markers_are_left_out_of_the_reason() -> None:
    reason = explanation(SPLIT + f"  cause: Because six==1.0 has no `{LIMITS}`-compatible wheels")
    assert reason == "Because six==1.0 has no compatible wheels"
    assert split_marker(SPLIT.splitlines()) == LIMITS
    assert split_marker(["error: No solution found"]) is None


def test_the_most_exact_cause_is_the_reason() -> None:
    reason = cause_of(said_for("connection-refused"))["reason"]
    assert reason == "Connection refused (os error 111)"


def test_a_server_on_loopback_is_the_gateway() -> None:
    said = GOT.format(url="http://127.0.0.1:7302/s/x.whl") + "  cause: operation timed out"
    cause = classify(said.splitlines(), exit_code=2, step=Step.FETCH)
    assert cause.hop is Hop.GATEWAY
    assert cause.params["host"] == "127.0.0.1:7302"


def test_warnings_before_the_error_do_no_harm() -> None:
    said = [
        "warning: Failed to inspect Python interpreter from search path at `/x`",
        "  cause: Permission denied (os error 13)",
        *said_for("file-missing").splitlines(),
    ]
    cause = classify(said, exit_code=1, step=Step.INSTALL)
    assert cause.code == "file-missing"
    assert cause.evidence[0].startswith("error:")


@pytest.mark.parametrize(
    ("number", "code"), [(9, "ended-from-outside"), (15, "killed"), (11, "killed")]
)
def test_a_signal_is_a_cause(number: int, code: str) -> None:
    cause = classify([], exit_code=-number, step=Step.INSTALL)
    assert (cause.code, cause.hop, cause.transient) == (code, Hop.NODE, True)
    assert cause.params["signal"] == number


def test_secrets_are_masked_everywhere() -> None:
    said = (
        "error: Failed to download `six @ https://user:pw@example.org/six.whl`\n"
        "  cause: Failed to fetch: https://user:p%40w@example.org/six.whl\n"
        "  cause: HTTP status client error (404 Not Found) http://127.0.0.1:7302/s3cr3t/simple/\n"
        "  cause: strange https://user:p@ss@example.org/six.whl\x1b[31m\x07"
    )
    shown = str(classify(said.splitlines(), exit_code=1, step=Step.FETCH, secrets=["s3cr3t"]))
    for secret in ("pw", "p%40w", "p@ss", "ss@", "s3cr3t", "user", "\x1b", "\x07"):
        assert secret not in shown


def test_evidence_is_short_and_keeps_both_ends() -> None:
    said = ["error: first", *(f"line {number}" for number in range(200)), "x" * 10_000, "last"]
    evidence = classify(said, exit_code=1, step=Step.INSTALL).evidence
    assert len(evidence) == EVIDENCE_LINES
    assert (evidence[0], evidence[-1]) == ("error: first", "last")
    assert max(map(len, evidence)) <= 500


@given(st.lists(st.text(max_size=80), max_size=30), st.integers(-64, 255))
def test_any_output_is_a_harmless_cause(lines: list[str], code: int) -> None:
    cause = classify(lines, exit_code=code, step=Step.INSTALL)
    assert cause.code
    assert len(cause.evidence) <= EVIDENCE_LINES
    for line in cause.evidence:
        assert line == line.replace("\n", " ").replace("\x1b", "")


def test_a_huge_output_is_read_quickly() -> None:
    lines = [*said_for("file-missing").splitlines(), *(["Failed to download `x" * 40] * 2000)]
    assert classify(lines, exit_code=1, step=Step.INSTALL).code == "file-missing"
