extension KeyTable {
    /// `prepare`.
    static let prepare = KeyTable([
        Key(
            "ensure_objects", .list(.section(.objectSet)), "sets of objects, made where they are not there in the right size",
            standard: "none", example: "[{count: 100}]"),
        Key(
            "directory_structure", .section(.tree), "a tree of folders with files in them", standard: "none",
            example: "{width: 2, depth: 2, files_per_dir: 10}"),
        Key("tree", .section(.tree), "the same as `directory_structure`", example: "{width: 2, depth: 2, files_per_dir: 10}"),
        Key(
            "prepare_strategy", .words(["sequential", "parallel"]), "set after set, or all sets mixed", standard: "`sequential`",
            example: "parallel"),
        Key("post_prepare_delay", .duration(), "waited after something was made", standard: "0", example: "5s"),
        Key(
            "skip_verification", .boolean, "assume that all exists and make nothing (unless `force_overwrite`)", standard: "false",
            example: "true"),
        Key("force_overwrite", .boolean, "make everything anew", standard: "false", example: "true"),
        Key(
            "key_prefix_shards", .integer(0...256), "objects lie in `00/`, `01/`, … by number mod shards; 0: they don't", standard: "0",
            example: "16"),
        Key("cleanup", .boolean, "without written stages: whether there is a cleanup stage", standard: "false", example: "true"),
        Key(
            "cleanup_mode", .words(["strict", "tolerant", "best_effort", "besteffort"]),
            "`strict`: every error counts; `tolerant`: what is gone already is none; `best_effort`: no error counts",
            standard: "`tolerant`", example: "strict"),
        Key(
            "cleanup_only", .boolean, "nothing but cleanup (and checks), of what an interrupted run left", standard: "false",
            example: "false"),
        .stale("enabled", "leave it out; a prepare section is carried out by the prepare stage"),
        .stale("strategy", "use prepare_strategy"),
        .stale("file_size", "use size_spec in ensure_objects"),
        .stale("fill", "use fill in ensure_objects"),
        .stale("dedup_factor", "use dedup_factor in ensure_objects"),
        .stale("compress_factor", "use compress_factor in ensure_objects"),
    ])

    /// One entry of `prepare.ensure_objects`.
    static let objectSet = KeyTable([
        Key("base_uri", .text, "their folder, below `target` or a whole URI", standard: "`target`", example: "data/"),
        Key(
            "count", .integer(0...99_999_999), "how many; 0, or as many as the tree has: the files of `directory_structure`", standard: "0",
            example: "10_000"),
        Key("size_spec", .sizes, "sizes, as above", standard: "`min_size` to `max_size`", example: "64KiB"),
        Key("size_distribution", .sizes, "the same as `size_spec`", example: "{fixed: 64KiB}"),
        Key("min_size", .size(), "smallest size", standard: "1 MiB", example: "1KiB"),
        Key("max_size", .size(), "largest size", standard: "1 MiB", example: "4MiB"),
        Key(
            "fill", .words(["random", "zero", "prand"]), "contents; `zero` is warned of: it compresses away", standard: "`random`",
            example: "prand"),
        Key("dedup_factor", .integer(1...1_000_000), "so many objects in a row have the same contents", standard: "1", example: "2"),
        Key("compress_factor", .integer(1...1_000_000), "contents shrink to about 1/factor when compressed", standard: "1", example: "3"),
        Key(
            "use_multi_endpoint", .boolean, "false: `target` even where there are endpoints", standard: "true where there are any",
            example: "false"),
        .stale("size", "use size_spec"),
    ])

    /// `prepare.directory_structure`.
    static let tree = KeyTable(
        [
            Key("base_uri", .text, "its folder", standard: "that of the sets with count 0, else `target`", example: "tree/"),
            Key("width", .integer(1...1_000_000), "folders in each folder", standard: "must be there", example: "4"),
            Key(
                "depth", .integer(1...32), "levels; the folders are Σ width^level, at most 100 million", standard: "must be there",
                example: "3"
            ),
            Key("files_per_dir", .integer(0...99_999_999), "files in a folder that has files", standard: "0", example: "50"),
            Key(
                "distribution", .words(["bottom", "all", "uniform"]), "which folders have files: the deepest; all (also `uniform`)",
                standard: "`bottom`", example: "all"),
            Key(
                "dir_mask", .text, "names of folders: two `%d`, level and place, both from 1", standard: "`d%d_w%d.dir`", example: "d%d_w%d"
            ),
            Key("size_spec", .sizes, "sizes of the files", standard: "that of the sets with count 0, else 1 MiB", example: "16KiB"),
            Key("size_distribution", .sizes, "the same as `size_spec`", example: "{fixed: 16KiB}"),
            Key(
                "fill", .words(["random", "zero", "prand"]), "contents", standard: "that of the sets with count 0, else `random`",
                example: "random"),
            Key(
                "dedup_factor", .integer(1...1_000_000), "of so many blocks of 4 KiB one is new, as for a set", standard: "1", example: "1"),
            Key(
                "compress_factor", .integer(1...1_000_000), "contents shrink to about 1/factor when compressed", standard: "1",
                example: "1"),
        ], required: ["width", "depth"])
}
