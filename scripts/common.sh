# Shared by the scripts of this folder: where we are, and how steps and failures are told.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Compiled modules are kept even where the environment says otherwise: a start would take seconds.
unset PYTHONDONTWRITEBYTECODE

# One sentence on stderr, exit code 1.
fail() {
    printf 'atlas: %s\n' "$1" >&2
    exit 1
}

# step NAME COMMAND…: run it, its output shown only if it fails, and say how long it took.
step() {
    local name=$1 began=$EPOCHREALTIME output
    shift
    output=$(mktemp)
    if "$@" >"$output" 2>&1 </dev/null; then
        rm -f "$output"
        printf '%s %s s\n' "$(dots "$name")" "$(seconds_since "$began")"
    else
        cat "$output" >&2
        rm -f "$output"
        return 1
    fi
}

dots() {
    local line="$1 ........................................"
    printf '%s' "${line:0:40}"
}

seconds_since() {
    awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%5.1f", b - a }'
}

# digest FILE…: one checksum over names and contents.
digest() {
    sha256sum "$@" | sha256sum | cut -d' ' -f1
}

# done_before STAMP DIGEST: whether the step that left the stamp saw the same input.
done_before() {
    [[ -f $1 && $(<"$1") == "$2" ]]
}
