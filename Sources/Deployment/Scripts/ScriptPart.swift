/// What the scripts are made of. Functions use the shell's global variables: `d` the run directory, `o` its owner `run/agent`.
enum ScriptPart {
    /// `say`, `fail`, and where things lie. BSD's csh leaves copies of its own descriptors open to what it runs: whoever lives on would
    /// keep the channel open with them.
    static let opening = #"""
        exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-;
        PATH="${PATH:-/usr/bin:/bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"; export PATH; umask 077; m="@muster:$1";
        say() { printf "%s %s\n" "$m" "$*"; };
        fail() { say fail "$1" "$(printf %s "$2" | tr "\n\t" "  ")"; exit 3; };
        case "$HOME" in /?*) ;; *) fail home "HOME is ${HOME:-not set}";; esac;
        root="$HOME/.local/state/muster"; runs="$root/runs"; cache="$HOME/.cache/muster";
        """#

    /// The agent in question from the script's first two words.
    static let oneAgent = #"o="$2/$3"; d="$runs/$o";"#

    /// `processes` prints the ids of the agent's living processes: all that carry its mark in their environment, and all of its supervisor's
    /// session (for those that emptied their environment) while the supervisor has not said that it ended, this boot.
    /// Zombies have no environment and are left out of the session: they are gone. In a container the numbers that the supervisor wrote are
    /// the container's own; those who emptied their environment there are found with it. `live` prints the processes, or the container.
    ///
    /// Not every grep looks behind a NUL (busybox's does not): then each environment is put into lines first.
    static let live =
        contained + "\n" + #"""
            if printf "a\000b" | LC_ALL=C grep -qF b; then
            marked() { for f in $(LC_ALL=C grep -lsF "MUSTER_OWNER=$d;" /proc/[0-9]*/environ); do f=${f#/proc/}; echo "${f%/environ}"; done; };
            else
            marked() { for f in /proc/[0-9]*/environ; do if owned "$f"; then f=${f#/proc/}; echo "${f%/environ}"; fi; done; };
            fi;
            owned() { { tr "\000" "\n" <"$1" | LC_ALL=C grep -qF "MUSTER_OWNER=$d;"; } 2>/dev/null; };
            session() {
            if [ -e "$d/ended" ] || [ -e "$d/container" ]; then return; fi; { read -r s <"$d/pid" && read -r b <"$d/boot"; } 2>/dev/null || return;
            read -r n </proc/sys/kernel/random/boot_id; [ "$b" = "$n" ] || return;
            if [ -d "/proc/$s" ] && [ -s "/proc/$s/cmdline" ]; then owned "/proc/$s/environ" || return; fi;
            for f in /proc/[0-9]*/stat; do { read -r line <"$f"; } 2>/dev/null || continue; member ${line##*) } && { f=${f#/proc/}; echo "${f%/stat}"; };
            done; };
            member() { case "$1" in Z|X) return 1;; esac; [ "$4" = "$s" ]; };
            live() { q=$(processes); if [ -n "$q" ]; then echo "$q"; else held; fi; };
            processes() { { marked; session; } | sort -un | tr "\n" " "; };
            """#

    /// `goes SECONDS` waits until nothing of the agent lives.
    static let waiting = #"""
        up() { read -r u r </proc/uptime; echo "${u%.*}"; };
        nap() { sleep 0.1 2>/dev/null || sleep 1; };
        goes() { e=$(( $(up) + $1 )); while :; do l=$(live); if [ -z "$l" ]; then return 0; fi; if [ "$(up)" -gt "$e" ]; then return 1; fi; nap; done; };
        """#

    /// `leave GRACE BOUND` asks the supervisor (or, without one, everybody) to end, then kills, and sees the container gone; sets `how`;
    /// fails with `l` still there.
    static let leaving =
        dropping + "\n" + #"""
            kills() { e=$(( $(up) + $1 )); while :; do l=$(live); if [ -z "$l" ]; then return 0; fi; kill -KILL $l 2>/dev/null;
            if contained; then "$rt" kill -s KILL "$cn" >/dev/null 2>&1 </dev/null; fi;
            if [ "$(up)" -gt "$e" ]; then return 1; fi; nap; done; };
            leave() {
            l=$(live); how=already; if [ -z "$l" ]; then drop; return; fi;
            if contained; then "$rt" kill -s TERM "$cn" >/dev/null 2>&1 </dev/null; else
            s=; { read -r s <"$d/pid"; } 2>/dev/null; case " $l " in *" ${s:-none} "*) kill -TERM "$s";; *) kill -TERM $l;; esac 2>/dev/null; fi;
            how=terminated; if goes "$1"; then drop; return; fi;
            how=killed; kills "$2" && drop; };
            """#

    /// `tidy` removes the directories that hold runs where they are empty.
    static let tidy = #"tidy() { rmdir "${d%/*}" "$runs" "$root" 2>/dev/null || :; };"#
}
