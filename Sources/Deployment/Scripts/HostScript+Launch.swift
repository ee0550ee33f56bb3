import Plans
import Vocabulary

extension HostScript {
    /// Puts an agent into its run directory and starts it, in one exec.
    ///
    /// Reads `settingsSize` bytes of settings from standard input, for a container its blocks; where it says `need ITEM OFFSET`, a line with
    /// the item's size and its bytes from there on: `agent` is the gzipped agent, and a package is called by its SHA-256. Says, in this
    /// order: `arch`, `kernel`, `clock`, `home`, `dir`, `free`, then `have` or `need` of each item, for a container `image` and `container`,
    /// then `warn TEXT`, `pid`, `done`; or at any point `fail REASON DETAIL`, and then has removed what it made. What arrived of an
    /// item before a connection broke is kept for the next launch. With neighbours a missing agent is first asked for as `handing` says.
    static func launch(_ launch: Launch) -> HostScript {
        let words = [
            launch.run.text, launch.agent.text, launch.sha256, "\(launch.size)", launch.architecture ?? "any", "\(launch.settingsSize)",
            launch.packages.map { "\($0.sha256):\($0.size)" }.joined(separator: ","),
        ]
        let common = [
            ScriptPart.opening, ScriptPart.oneAgent, ScriptPart.tidy, Launch.host, Launch.directory, ScriptPart.receiving,
            ScriptPart.keeping, launch.hasNeighbours ? ScriptPart.handing : ScriptPart.alone,
        ]
        guard let container = launch.container else {
            return HostScript(common + [Launch.store, Launch.files, Launch.start], words: words)
        }
        return HostScript(
            common + [
                Containing.reading, Launch.store, Launch.files, ScriptPart.live, Containing.runtime, Containing.image, Containing.start,
            ], words: words + [container.documentSize, container.frameSize, container.headSize].map { "\($0)" })
    }

    /// What a launch script has to know beforehand; sizes in bytes.
    struct Launch: Sendable {
        var run: RunID
        var agent: AgentID
        var sha256: String
        var size: Int64
        var architecture: String?
        var settingsSize: Int
        /// What is pushed beside the agent.
        var packages: [FilePackage] = []
        /// Others may hand the agent on to this host.
        var hasNeighbours = false
        /// nil: the agent is a process of the host.
        var container: Blocks?

        /// The blocks that a container's launch has on standard input behind the settings.
        struct Blocks: Sendable {
            var documentSize: Int
            /// Gzipped.
            var frameSize: Int
            /// So much of the frame stands before the agent.
            var headSize: Int
        }
        /// The host's kind, before anything is touched.
        fileprivate static let host = #"""
            w=; arch=$(uname -m); say arch "$arch"; say kernel "$(uname -r)"; say clock "$(date +%s)"; say home "$HOME";
            [ "$(uname -s)" = Linux ] || fail system "it runs $(uname -s)";
            case "$6" in any|"$arch") ;; *) fail architecture "it is $arch, our agent is built for $6";; esac;
            c="$cache/agents/$4"; a="$c/muster-agent"; u="$cache/agents/new-$4-$$"; mine="$d/launch-$$"; made=; started=;
            undo() { if [ -n "$w" ]; then kill -KILL "$w" 2>/dev/null; fi; rm -f "$u" "$u.why"; if [ -n "$made" ] && [ -z "$started" ] && [ -e "$mine" ]; then rm -rf "$d"; tidy; fi; rm -f "$mine"; };
            trap undo EXIT; trap "exit 4" HUP INT TERM PIPE;
            """#

        /// The run directory with the settings in it. Another run's leaving may remove an empty parent under our feet: hence three tries.
        /// `mine` marks it as this launch's: a later controller of the run may have put its own in its place, which is none of ours to remove.
        fileprivate static let directory = #"""
            i=0; until e=$(mkdir -p "$runs/$2" 2>&1 && mkdir "$d" 2>&1); do
            if [ -d "$d" ]; then fail occupied "$d exists"; fi; i=$((i + 1)); if [ "$i" -ge 3 ]; then fail directory "$e"; fi; done;
            made=1; e=$( (printf "" >"$mine") 2>&1 ) || fail directory "$e"; say dir "$d";
            df -Pk "$d" 2>/dev/null | tail -n 1 | { read -r f1 f2 f3 f4 f5 && say free "$f4"; };
            e=$( (head -c "$7" >"$d/launch.json") 2>&1 ) || fail settings "$e";
            k=$(wc -c <"$d/launch.json"); [ "$k" -eq "$7" ] || fail settings "$((k)) of $7 bytes arrived";
            """#

        /// The agent in the cache: unpacked beside, checked, renamed. A truncated one (a crash before the data reached the disk) is sent again.
        fileprivate static let store = #"""
            unpack() { e=$(mkdir -p "$c" 2>&1) || { spoil; fail cache "$e"; }; e=$( (gzip -dc <"$t" >"$u") 2>&1 ) || { rm -f "$u"; h=unreadable; [ "$n" -eq 0 ] || return 1; spoil; fail unpack "$e"; };
            digest "$u"; if [ "$h" = "$1" ]; then rm -f "$t"; else rm -f "$u"; return 1; fi;
            e=$( { chmod 700 "$u" && sync "$u" && mv -f "$u" "$a"; } 2>&1 ) || { spoil; fail cache "$e"; }; };
            if [ -x "$a" ] && [ "$(wc -c <"$a")" -eq "$5" ]; then say have agent; elif handed "$4" "$5"; then :; else fetch agent "$4" cache unpack; fi;
            """#

        /// The packages: each in the cache as it travels, and unpacked into the run directory.
        fileprivate static let files = #"""
            if [ -n "$8" ]; then command -v tar >/dev/null || fail tool "there is no tar"; e=$(mkdir -p "$d/files" 2>&1) || fail files "$e"; fi;
            for p in $(echo "$8" | tr "," " "); do cached "$p";
            e=$( { gzip -dc <"$q" | (cd "$d/files" && tar -x -p -o -f -); } 2>&1 ) || fail files "$e"; done;
            """#

        /// `start` says `pid N` once the supervisor runs; what it starts keeps nothing of ours open.
        fileprivate static let start = #"""
            MUSTER_OWNER="$d;"; export MUSTER_OWNER;
            [ -e "$mine" ] || fail occupied "a later launch has taken $d";
            e=$("$a" start --dir "$d" 2>&1 </dev/null); r=$?;
            case "$e" in *"pid "[0-9]*) started=1; echo "$e" | while read -r v l; do if [ "$v" = warn ]; then say warn "$l"; fi; done;
            say pid "${e##*pid }"; say done; exit 0;; esac;
            if [ "$r" -eq 126 ]; then fail execute "$e"; fi;
            fail start "exit $r: $e $(tail -n 3 "$d/agent.log" 2>/dev/null)";
            """#
    }
}
