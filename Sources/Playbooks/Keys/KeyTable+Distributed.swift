import Vocabulary

extension KeyTable {
    /// `distributed`.
    static let distributed = KeyTable(storage + reaching + running, required: ["agents"])

    private static let storage: [Key] = [
        Key("agents", .list(.section(.agent)), "at least one", standard: "must be there", example: "[{address: local}]"),
        Key("distributed_env", .texts, "variables for all agents", example: "{LOG_LEVEL: info}"),
        Key(
            "shared_filesystem", .boolean,
            "true: all agents see one storage: each makes its part of the objects, all read all. false: each makes all of it, in a folder of its own",
            standard: "false; true for object stores, and where `tree_creation_mode` says so", example: "true"),
        Key(
            "path_template", .text, "that folder, between target and path: `{id}` is the agent's number from 1, `{agent}` its id",
            standard: "`agent-{id}/`", example: "\"by/{agent}/\""),
        Key(
            "tree_creation_mode", .words(["isolated", "agent", "coordinator", "controller", "concurrent"]),
            "`concurrent`: all make the tree, each its part of the files; `coordinator`: the first agent the tree, all their part of the files; `controller`: the first agent both; `isolated` (also `agent`): each its own",
            standard: "`concurrent`", example: "concurrent"),
        Key(
            "path_selection", .words(["random", "partitioned", "exclusive", "distributed", "weighted"]),
            "which objects an agent reads: any; its own part, and another's with probability `partition_overlap`; its own alone (also `distributed`); any with that probability, else its own",
            standard: "`random`", example: "random"),
        Key("partition_overlap", .number(0...1), "probability of that", standard: "0.3", example: "0.3"),
        Key(
            "kv_cache_dir", .text, "absolute path of a folder on the agent's own disk for its ledger", standard: "its run directory",
            example: "/mnt/ssd/ledger"),
    ]

    private static let reaching: [Key] = [
        Key("ssh", .section(.ssh), "how hosts are reached", example: "{enabled: true}"),
        Key("deployment", .section(.deployment), "what is started on a host", example: "{deploy_type: binary}"),
        Key(
            "return_channel", .words(["tunnel", "direct", "listen"]),
            "how agents talk back: inside the ssh session; the agent dials this machine; agents started by hand", standard: "`tunnel`",
            example: "tunnel"),
        Key(
            "advertise", .text, "with `direct`: `host[:port]` that agents dial", standard: "the local address of each ssh connection",
            example: "10.0.0.1"),
        Key(
            "secret_file", .text, "secret in common with agents started by hand", standard: "none, warned of",
            example: "~/.config/muster/secret"),
        Key("insecure", .boolean, "agents started by hand without a secret", standard: "false", example: "true"),
    ]

    private static let running: [Key] = [
        Key(
            "stages", .list(.section(.stage)), "what all agents do together, at least one",
            standard: "as the file implies, with a warning that says so", example: "[{name: execute}]"),
        Key("barrier_sync", .section(.barrierSync), "barriers for all stages", standard: "none", example: "{enabled: true}"),
        Key(
            "min_agents", .either([.integer(1...1_000_000), .text]),
            "a number, or a part (`75%`, rounded up); fewer end the run, whatever barriers say", standard: "1", example: "50%"),
        Key("on_agent_loss", .words(["abort", "continue"]), "in stages without a barrier", standard: "`abort`", example: "continue"),
        Key(
            "lease", .duration(atLeast: .seconds(1)),
            "an agent that hears nothing from its controller for so long ends its load, saves its results and goes", standard: "60s",
            example: "2m"),
        Key("agent_ready_timeout", .positiveDuration, "for an agent to check its part and say READY", standard: "120s", example: "5m"),
        Key("start_delay", .duration(), "stands before the first stage that begins together", standard: "2s", example: "5s"),
        Key("grpc_keepalive_interval", .positiveDuration, "silence after which the link is tried", standard: "30s", example: "1m"),
        Key("grpc_keepalive_timeout", .positiveDuration, "for the answer", standard: "10s", example: "20s"),
    ]

    /// One entry of `distributed.agents`.
    static let agent = KeyTable(
        [
            Key(
                "address", .text,
                "a host (`host`, `user@host`, `host:port`, `[::1]:port`), `host[01-16]` for sixteen, or `local`, a process of this machine",
                standard: "must be there", example: "\"node[01-03]\""),
            Key("id", .text, "its name, 1 to 64 of `A–Z a–z 0–9 . _ -`", standard: "`agent-1`, `agent-2`, …", example: "left"),
            Key(
                "target_override", .text, "`target` of this agent; `multi_endpoint` of the whole file does not hold for it",
                standard: "`target`", example: "file:///mnt/here/"),
            Key("concurrency_override", .integer(1...65_536), "workers of this agent", standard: "`concurrency`", example: "64"),
            Key(
                "env", .texts, "variables of the agent and what it starts; values of names that speak of secrets are masked in the results",
                example: "{ZONE: b}"),
            Key("path_template", .text, "as below, for this agent", example: "own/"),
            Key("listen_port", .integer(1...65_535), "port of an agent started by hand", standard: "7761", example: "8000"),
            Key("ssh_port", .integer(1...65_535), "port of the host's sshd", standard: "`ssh.port`", example: "2222"),
            Key("multi_endpoint", .section(.endpoints), "as above, for this agent", example: "{endpoints: [\"file:///data/\"]}"),
            Key("kv_cache_dir", .text, "as below, for this agent", example: "/mnt/ssd/ledger"),
            Key(
                "volumes", .list(.text), "for containers: `host:container`, `host:container:ro`; without containers warned of",
                standard: "none", example: "[\"/mnt/nvme:/data:ro\"]"),
            Key(
                "ports", .list(.text),
                "for containers: `host:container`, `container`, `address:host:container`, `/udp` behind it; without containers warned of",
                standard: "none", example: "[\"7761:7761\"]"),
        ], required: ["address"])

    /// `distributed.ssh`.
    static let ssh = KeyTable([
        Key("enabled", .boolean, "over SSH", standard: "false", example: "true"),
        Key("user", .text, "who logs in", standard: "as the ssh configuration says, else you", example: "bench"),
        Key(
            "key_path", .text, "private key, `~/` is your home",
            standard: "as the ssh configuration says, else the usual files; and those of the ssh agent",
            example: "~/.ssh/id_ed25519"),
        Key(
            "timeout", .positiveDuration, "for one host, from the first packet to the login",
            standard: "as the ssh configuration says, else 10s", example: "10s"),
        Key(
            "port", .integer(1...65_535),
            "sshd's port; a port in `address` wins, but 7761 and `listen_port` there are taken for the agent's, with a warning",
            standard: "as the ssh configuration says, else 22", example: "22"),
        Key(
            "known_hosts", .text, "file of host keys; `\"\"`: no check, INSECURE",
            standard: "as the ssh configuration says, else `~/.ssh/known_hosts`",
            example: "~/.ssh/known_hosts"),
        Key(
            "host_keys", .words(["ask", "strict", "accept-new", "accept_new", "off"]),
            "`ask`: on a terminal you are asked about unknown hosts, all at once, elsewhere as `strict`; `strict`: only known hosts; "
                + "`accept-new`: unknown ones are written down; changed ones are refused in all three; `off`: INSECURE",
            standard: "as the ssh configuration says, else `ask`", example: "accept-new"),
        Key(
            "proxy_jump", .text, "hosts to go through, `user@host:port`, with commas between", standard: "as the ssh configuration says",
            example: "bastion.example.com"),
    ])

    /// `distributed.deployment`.
    static let deployment = KeyTable([
        Key(
            "deploy_type", .words(["binary", "docker", "container"]), "a process of the host, or a container (also `container`)",
            standard: "`binary`", example: "docker"),
        Key(
            "container_runtime", .words(["docker", "podman"]), "what runs containers; without containers warned of",
            standard: "whichever the host has", example: "podman"),
        Key(
            "image", .text, "image of the container; without containers warned of", standard: "one made of the agent alone",
            example: "\"muster:latest\""),
        Key("network_mode", .text, "network of the container; without containers warned of", standard: "`host`", example: "host"),
        Key(
            "pull_policy", .words(["always", "if_not_present", "never", "push"]),
            "when the image is pulled; `push`: made here and sent over SSH; without containers warned of", standard: "`if_not_present`",
            example: "never"),
        Key(
            "docker_args", .list(.text), "further arguments of `docker run`; without containers warned of", standard: "none",
            example: "[\"--cpus=2\"]"),
        Key(
            "files", .list(.section(.filePush)),
            "files and folders of this machine that every agent finds below `$MUSTER_FILES`, sent once to a host and removed with the run",
            standard: "none", example: "[{from: ./tool, to: bin/tool, mode: \"0755\"}]"),
        Key(
            "working_dir", .text,
            "where the commands of custom stages are started: absolute, or below `$MUSTER_FILES` (`.`: there)",
            standard: "the agent's run directory", example: "/mnt/scratch"),
        Key("limits", .section(.limits), "what an agent with all that it starts may take", standard: "none", example: "{cpus: 2}"),
        Key(
            "relay", .words(["off", "auto"]),
            "`auto`: hosts that have the agent hand it on to others over their own network, and who is not reached there is sent it from here",
            standard: "`off`: each is sent it from here", example: "auto"),
        Key("binary_path", .text, "no effect, warned of: nothing has to be installed", example: "/usr/local/bin/agent", effect: .none),
    ])

    /// One entry of `distributed.deployment.files`.
    static let filePush = KeyTable(
        [
            Key("from", .text, "a file or folder of this machine", standard: "must be there", example: "./data"),
            Key(
                "to", .text, "where it is below `$MUSTER_FILES`; a folder's contents are in a folder of this name",
                standard: "the last part of `from`", example: "bin/tool"),
            Key(
                "mode", .text, "permissions of each file, in octal digits", standard: "those that it has here", example: "\"0755\""),
        ], required: ["from"])

    /// `distributed.deployment.limits`.
    static let limits = KeyTable([
        Key("memory", .size(atLeast: 1 << 20), "bytes; see `docs/hosts.md` for how it is held", standard: "none", example: "4GiB"),
        Key("cpus", .number(0.01...65_536), "processors' worth of time", standard: "none", example: "2"),
        Key("nofile", .integer(64...1_073_741_816), "files that each process may have open", standard: "the host's", example: "65536"),
    ])
}
