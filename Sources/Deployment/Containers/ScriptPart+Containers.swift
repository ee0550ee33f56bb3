extension ScriptPart {
    /// `held` prints the name of the agent's container where it runs, `held -a` where it exists, and with `?` where the runtime does not
    /// tell. `contained` reads which that is; an agent without a container has no such file.
    static let contained = #"""
        contained() { { read -r rt cn <"$d/container"; } 2>/dev/null && command -v "$rt" >/dev/null; };
        held() { if contained; then
        if r=$("$rt" ps $1 --filter "name=$cn" --format "{{.Names}}" 2>&1 </dev/null); then if echo "$r" | grep -qxF "$cn"; then echo "$cn"; fi; else echo "$cn?"; fi; fi; };
        """#

    /// `drop` removes the container of which nothing runs, if it has not gone by itself, and looks until it is gone: for 10 s.
    static let dropping = #"""
        drop() { n=0; while l=$(held -a); [ -n "$l" ]; do n=$((n + 1)); if [ "$n" -gt 50 ]; then return 1; fi;
        if [ "$n" -gt 5 ]; then "$rt" rm -f "$cn" >/dev/null 2>&1 </dev/null; fi; sleep 0.2 2>/dev/null || sleep 1; done; };
        """#
}

extension HostScript {
    /// Starting an agent in a container: reading what is wanted, and doing it.
    enum Containing {
        /// Two more blocks of standard input: what `ContainerLaunch.document` is, and the gzipped frame of an image.
        static let reading = #"""
            command -v gzip >/dev/null || fail tool "there is no gzip"; run=$2; agent=$3; sha=$4; head=${11};
            e=$( (head -c "$9" >"$d/container.sh") 2>&1 ) || fail settings "$e";
            e=$( (head -c "${10}" | gzip -dc >"$d/image") 2>&1 ) || fail settings "$e";
            """#

        /// Finds the runtime: the first of those wanted that answers.
        static let runtime = #"""
            . "$d/container.sh"; why=;
            for rt in $want; do if command -v "$rt" >/dev/null; then if e=$("$rt" ps -q 2>&1 </dev/null); then why=; break; fi; why="$why$rt: $e; ";
            else why="$why$rt is not there; "; fi; done; if [ -n "$why" ]; then fail runtime "${why%; }"; fi;
            cn="muster-$run-$agent"; echo "$rt $cn" >"$d/container";
            """#

        /// Sees to the image. One that is pushed is made around the agent in the cache.
        static let image = #"""
            pull() { e=$("$rt" pull "$image" 2>&1 </dev/null) || fail image "$e"; };
            present() { "$rt" image inspect "$image" 2>/dev/null </dev/null; };
            entry=/muster-agent;
            case "$policy" in
            push) entry=/usr/local/bin/muster-agent;
            if present | grep -qF "$sha"; then say image have;
            else e=$( { head -c "$head" <"$d/image"; cat "$a"; tail -c "+$((head + 1))" <"$d/image"; } | "$rt" load 2>&1 ) || fail image "$e"; say image loaded; fi;;
            always) pull;;
            never) present >/dev/null || fail image "$image is not there";;
            *) present >/dev/null || pull;;
            esac; rm -f "$d/image" "$d/container.sh";
            if [ "$entry" = /muster-agent ]; then set -- -v "$a:/muster-agent:ro" "$@"; fi;
            """#

        /// Starts it and waits until its supervisor runs. What the agent writes is the account's own: in podman without root the
        /// container's root is the account, elsewhere it is given by number.
        static let start = #"""
            who=0:0; case "$("$rt" --version 2>/dev/null)" in *podman*) ;; *) case "$("$rt" info -f "{{.SecurityOptions}}" 2>/dev/null)" in
            *rootless*) ;; *) who=$(id -u):$(id -g);; esac;; esac;
            if [ -e /sys/fs/selinux/enforce ]; then set -- --security-opt label=disable "$@"; fi;
            drops() { if [ -z "$started" ] && [ -e "$mine" ]; then "$rt" rm -f "$cn" >/dev/null 2>&1 </dev/null; fi; undo; }; trap drops EXIT;
            [ -e "$mine" ] || fail occupied "a later launch has taken $d";
            e=$("$rt" run -d --rm --name "$cn" --label "muster.run=$run" --label "muster.agent=$agent" -e "MUSTER_OWNER=$d;" --user "$who"
            -v "$d:$d" "$@" --entrypoint "$entry" "$image" contain --dir "$d" 2>&1 </dev/null) || fail container "$e";
            i=0; until [ -s "$d/pid" ]; do i=$((i + 1)); if [ "$i" -ge 300 ]; then fail container "the agent did not come up in it"; fi;
            if [ "$((i % 10))" -eq 0 ] && [ -z "$(held)" ]; then [ -s "$d/pid" ] ||
            fail container "it ended at once: $("$rt" run --rm "$@" --entrypoint "$entry" "$image" --version 2>&1 </dev/null | tail -n 3) $(tail -n 3 "$d/agent.log" 2>/dev/null)";
            fi; sleep 0.1 2>/dev/null || sleep 1; done;
            started=1; p=$(marked | head -n 1); say container "$rt $cn"; say pid "${p:-1}"; say done;
            """#
    }
}
