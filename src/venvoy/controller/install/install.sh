#!/bin/sh
# Makes this machine a node of a Venvoy fleet: all that it needs comes from the
# controller, nothing else has to be reachable. Running it again is harmless.
#
#   sh install.sh --url URL --token TOKEN [--name N] [--region R] [--label K=V]...
#                 [--python PATH] [--no-service]
#
# As root it installs below /opt/venvoy, keeps data in /var/lib/venvoy and runs the
# agent as the user `venvoy`; as anybody else all of it stays in the user's own home.
set -eu
umask 022

authority='@AUTHORITY@'

main() {
    read_arguments "$@"
    platform=$(platform_of_machine)
    libc=$(libc_of_machine)
    choose_places
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM
    choose_downloader
    version=$(date +%Y%m%d%H%M%S)-$$
    say "installing for $platform below $program" "正在安装（$platform），位置：$program"
    get_uv
    find_python
    install_agent
    join_fleet
    keep_running
}

read_arguments() {
    url='' token='' name='' region='' labels='' python='' service=yes
    while [ $# -gt 0 ]; do
        case $1 in
        --no-service) service=no && shift && continue ;;
        --url | --token | --name | --region | --label | --python) ;;
        *) fail "unknown option $1" "未知选项：$1" ;;
        esac
        [ $# -gt 1 ] || fail "$1 needs a value" "$1 需要一个值"
        case $1 in
        --url) url=${2%/} ;;
        --token) token=$2 ;;
        --name) name=$2 ;;
        --region) region=$2 ;;
        --label) labels="$labels$2
" ;;
        --python) python=$2 ;;
        esac
        shift 2
    done
    if [ -z "$url" ] || [ -z "$token" ]; then
        fail \
            "give the controller's address with --url and a join token with --token" \
            "请用 --url 指定主控节点地址，用 --token 指定加入令牌"
    fi
}

say() {
    case ${VENVOY_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
    zh*) printf '%s\n' "$2" >&2 ;;
    *) printf '%s\n' "$1" >&2 ;;
    esac
}

fail() {
    say "error: $1" "错误：$2"
    exit 1
}

platform_of_machine() {
    [ "$(uname -s)" = Linux ] || fail \
        "this script is for Linux; this machine runs $(uname -s)" \
        "此脚本用于 Linux，而本机系统为 $(uname -s)"
    case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail \
        "agents run on x86-64 and aarch64; this machine is $(uname -m)" \
        "代理支持 x86-64 和 aarch64，而本机为 $(uname -m)" ;;
    esac
    case $(libc_of_machine) in
    musl*) echo "musllinux-$machine" ;;
    glibc*) echo "linux-$machine" ;;
    *) fail \
        "this machine's C library is neither glibc nor musl" \
        "本机的 C 库既不是 glibc 也不是 musl" ;;
    esac
}

libc_of_machine() {
    # A machine of glibc may have musl installed beside it, so glibc is looked for first.
    if found=$(getconf GNU_LIBC_VERSION 2>/dev/null) && [ -n "$found" ]; then
        echo "$found"
        return
    fi
    for loader in /lib/ld-musl-*.so.1; do
        [ -e "$loader" ] || continue
        version=$("$loader" 2>&1 | sed -n 's/^Version //p') || true
        echo "musl${version:+ $version}"
        return
    done
    for loader in /lib/ld-linux-* /lib64/ld-linux-*; do
        if [ -e "$loader" ]; then
            echo glibc
            return
        fi
    done
    echo unknown
}

choose_places() {
    if [ "$(id -u)" = 0 ]; then
        program=/opt/venvoy data=${VENVOY_DATA:-/var/lib/venvoy}
        commands=/usr/local/bin
    else
        home=${XDG_DATA_HOME:-$HOME/.local/share}/venvoy
        program=$home/program data=${VENVOY_DATA:-$home}
        commands=$HOME/.local/bin
    fi
    case $program$data in
    *[!A-Za-z0-9_./@+-]*) fail \
        "paths with other characters than letters, digits and ._/@+- cannot be used: $program, $data" \
        "路径只能包含字母、数字和 ._/@+-：$program、$data" ;;
    esac
}

# --- fetching --------------------------------------------------------------------

choose_downloader() {
    [ -z "$authority" ] || printf '%s\n' "$authority" >"$work/authority.pem"
    if [ -n "${VENVOY_PROXY:-}" ]; then
        export http_proxy="$VENVOY_PROXY" https_proxy="$VENVOY_PROXY"
    fi
    # shellcheck disable=SC2209 # names of functions
    if command -v curl >/dev/null 2>&1; then
        downloader=with_curl
    elif wget --version 2>/dev/null | grep -q 'GNU Wget'; then
        downloader=with_wget
    elif command -v python3 >/dev/null 2>&1; then
        downloader=with_python
    elif command -v wget >/dev/null 2>&1 && [ -z "$authority" ]; then
        downloader=with_plain_wget
    else
        fail \
            "none of curl, GNU wget and python3 is here, and nothing else can check the controller's certificate: install one of them" \
            "本机没有 curl、GNU wget 或 python3，无法校验主控节点的证书：请先安装其中之一"
    fi
}

with_curl() {
    set -- -fsSg --connect-timeout 20 -o "$2" "$1"
    [ -z "$authority" ] || set -- --cacert "$work/authority.pem" "$@"
    curl "$@"
}

with_wget() {
    set -- -nv --connect-timeout=20 --tries=2 -O "$2" "$1"
    [ -z "$authority" ] || set -- --ca-certificate="$work/authority.pem" "$@"
    # What it says of a success is of no use.
    wget "$@" 2>"$work/said" || {
        cat "$work/said" >&2
        return 1
    }
}

with_plain_wget() {
    wget -q -O "$2" "$1"
}

with_python() {
    cafile=''
    [ -z "$authority" ] || cafile=$work/authority.pem
    python3 -c '
import shutil, ssl, sys, urllib.request
url, to, ca = sys.argv[1:]
try:
    trust = ssl.create_default_context(cafile=ca or None)
    with urllib.request.urlopen(url, context=trust) as answer, open(to, "wb") as out:
        shutil.copyfileobj(answer, out)
except OSError as error:
    sys.exit(str(error))
' "$1" "$2" "$cafile"
}

fetch() { # PATH FILE
    "$downloader" "$url$1" "$2" || fail \
        "$url could not be reached, or did not have $1" \
        "无法访问 $url，或其上没有 $1"
}

ask_ready() { # QUERY: the controller fetches what is asked for, or says why it cannot
    # Any language but Chinese is answered in English.
    language=en
    case ${VENVOY_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in zh*) language=zh-CN ;; esac
    fetch "/install/ready?platform=$platform&lang=$language&$1" "$work/ready"
    [ "$(cat "$work/ready")" = ready ]
}

demand_ready() {
    if ! ask_ready "$1"; then
        cat "$work/ready" >&2
        exit 1
    fi
}

# --- installing ------------------------------------------------------------------

get_uv() {
    demand_ready supply=uv
    fetch "/install/uv/$platform.gz" "$work/uv.gz"
    gzip -dc "$work/uv.gz" >"$work/uv"
    chmod 755 "$work/uv"
    "$work/uv" --version >/dev/null || fail \
        "uv does not run on this machine" "uv 无法在本机运行"
    # Nothing of the user's own configuration, and no address but the controller's.
    UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never UV_CACHE_DIR=$work/cache UV_LINK_MODE=copy
    UV_HTTP_TIMEOUT=300 UV_NO_PROGRESS=1
    export UV_NO_CONFIG UV_PYTHON_DOWNLOADS UV_CACHE_DIR UV_LINK_MODE
    export UV_HTTP_TIMEOUT UV_NO_PROGRESS
    if [ -n "$authority" ]; then
        export SSL_CERT_FILE="$work/authority.pem"
    else
        export UV_SYSTEM_CERTS=1
    fi
}

find_python() {
    encoded=$(printf %s "$libc" | tr ' ' +)
    [ "$(id -u)" != 0 ] || make_user
    if [ -n "$python" ]; then
        may_use "$python" || fail \
            "the agent cannot use $python: it is older than 3.11, or its user may not run it" \
            "代理无法使用 $python：版本低于 3.11，或代理的用户无权运行"
    else
        python=$("$work/uv" python find --system 'cpython>=3.11' 2>/dev/null) || python=''
    fi
    if [ -z "$python" ] || ! may_use "$python"; then
        demand_ready "supply=python&libc=$encoded"
        fetch "/install/python/$platform.tar.gz?libc=$encoded" "$work/python.tar.gz"
        mkdir -p "$program/pythons" "$work/python"
        tar -xzf "$work/python.tar.gz" -C "$work/python"
        # It stays where it is unpacked: the agent's environment refers to it.
        for root in "$work"/python/*; do mv "$root" "$program/pythons/$version"; done
        for python in "$program/pythons/$version"/bin/python3 \
            "$program/pythons/$version"/bin/python3.[0-9] \
            "$program/pythons/$version"/bin/python3.[0-9][0-9]; do
            [ ! -x "$python" ] || break
        done
    fi
    release=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') || fail \
        "$python does not run" "$python 无法运行"
}

may_use() {
    # Asked as who will run it: one in root's own home is nobody else's.
    as_agent "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

install_agent() {
    demand_ready "supply=agent&python=$release&libc=$encoded"
    fetch "/install/pylock.toml?platform=$platform&python=$release&base=$url" "$work/pylock.toml"
    new=$program/versions/$version
    mkdir -p "$program/versions"
    "$work/uv" -q venv -p "$python" "$new"
    "$work/uv" -q pip sync --preview-features pylock --no-build \
        -p "$new" "$work/pylock.toml" || fail \
        "the agent could not be installed" "代理安装失败"
    "$new/bin/venvoy" version >/dev/null || fail \
        "the agent does not run on this machine" "代理无法在本机运行"
    ln -s "$new" "$program/current.$$"
    mv -f -T "$program/current.$$" "$program/current" 2>/dev/null || {
        rm -f "$program/current"
        mv "$program/current.$$" "$program/current"
    }
    write_command
}

write_command() {
    if [ -e "$commands/venvoy" ] && ! grep -q "^exec $program/current/" "$commands/venvoy"; then
        say "$commands/venvoy is something else and stays; the command is $program/current/bin/venvoy" \
            "$commands/venvoy 是其他程序，予以保留；请使用 $program/current/bin/venvoy"
        return
    fi
    mkdir -p "$commands"
    cat >"$commands/.venvoy.$$" <<EOF
#!/bin/sh
export VENVOY_DATA="\${VENVOY_DATA:-$data}"
exec $program/current/bin/venvoy "\$@"
EOF
    chmod 755 "$commands/.venvoy.$$"
    mv -f "$commands/.venvoy.$$" "$commands/venvoy"
}

# --- joining ---------------------------------------------------------------------

join_fleet() {
    set -- agent join "$url" --token -
    [ -z "$name" ] || set -- "$@" --name "$name"
    [ -z "$region" ] || set -- "$@" --region "$region"
    while [ -n "$labels" ]; do
        set -- "$@" --label "${labels%%
*}"
        labels=${labels#*
}
    done
    mkdir -p "$data"
    if [ "$(id -u)" = 0 ]; then
        chown venvoy "$data"
    fi
    # By standard input: arguments are seen by every user of the machine.
    printf '%s\n' "$token" | as_agent "$program/current/bin/venvoy" "$@"
}

make_user() {
    id venvoy >/dev/null 2>&1 && return
    if command -v useradd >/dev/null 2>&1; then
        useradd --system --home-dir "$data" --no-create-home --shell /usr/sbin/nologin venvoy
    else
        adduser -S -D -H -h "$data" -s /sbin/nologin venvoy
    fi
}

as_agent() {
    if [ "$(id -u)" != 0 ]; then
        VENVOY_DATA=$data "$@"
    else
        # shellcheck disable=SC2016 # expanded by the other shell
        HOME=$data VENVOY_DATA=$data su -s /bin/sh -c 'exec "$0" "$@"' -- venvoy "$@"
    fi
}

keep_running() {
    if [ "$service" = no ]; then
        say "start the agent with: $commands/venvoy agent run" \
            "请用以下命令启动代理：$commands/venvoy agent run"
    elif [ "$(id -u)" = 0 ]; then
        VENVOY_DATA=$data "$program/current/bin/venvoy" agent service install --user venvoy
    else
        VENVOY_DATA=$data "$program/current/bin/venvoy" agent service install
    fi
    forget_old
}

forget_old() {
    # The one before is gone from use once the service runs the new one.
    [ "$service" = yes ] || return 0
    current=$(basename "$(readlink "$program/current")")
    for place in "$program"/versions/* "$program"/pythons/*; do
        [ "$(basename "$place")" = "$current" ] || rm -rf "$place"
    done
}

main "$@"
