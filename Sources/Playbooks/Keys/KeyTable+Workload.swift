extension KeyTable {
    /// One entry of `workload`.
    static let operation = KeyTable(
        [
            Key(
                "op", .words(["get", "put", "list", "stat", "delete", "mkdir", "rmdir"]), "what is done", standard: "must be there",
                example: "get"),
            Key(
                "path", .text,
                "get, stat, delete: a pattern, `*` for any text, a trailing `/` for one level; put, list, mkdir, rmdir: a prefix, in which put and mkdir replace `{}` by a fresh number. Below `target`, or a whole URI",
                standard: "must be there", example: "data/*"),
            Key("weight", .number(0...1e12), "how often, relative to the others' weights", standard: "1", example: "60"),
            Key(
                "concurrency", .integer(1...65_536), "workers of an agent that may be in this operation at once",
                standard: "no bound of its own", example: "64"),
            Key("object_size", .sizes, "put: size of each object", standard: "one of the three", example: "1MiB"),
            Key(
                "size_spec", .sizes, "put: sizes of the objects, see below", standard: "one of the three",
                example: "{uniform: {min: 1KiB, max: 1MiB}}"),
            Key(
                "size_distribution", .sizes, "the same as `size_spec`", standard: "one of the three",
                example: "{type: uniform, min: 1KiB, max: 1MiB}"),
            Key(
                "dedup_factor", .integer(1...1_000_000),
                "put: of so many blocks of 4 KiB one is new: small objects in a row are alike, large ones repeat blocks of their own",
                standard: "1", example: "1"),
            Key(
                "compress_factor", .integer(1...1_000_000), "put: contents shrink to about 1/factor when compressed", standard: "1",
                example: "1"),
            Key(
                "range", .size(atLeast: 1), "get: so many bytes of each object in place of all", standard: "whole objects", example: "64KiB"
            ),
            Key(
                "offsets", .words(["random", "sequential", "start"]),
                "get with `range`: where it begins: at any multiple of it; part after part of an object, then of another; at the beginning",
                standard: "`random`", example: "sequential"),
            Key("recursive", .boolean, "rmdir: with all that lies in it", standard: "false", example: "true"),
            Key(
                "use_multi_endpoint", .boolean, "false: `target` even where there are endpoints", standard: "true where there are any",
                example: "false"),
        ], required: ["op", "path"])

    /// A map that says how sizes are spread.
    static let sizes = KeyTable(
        [
            Key("fixed", .size(), "always this size", example: "64KiB"),
            Key("uniform", .section(.uniformSizes), "evenly between `min` and `max`, both included", example: "{min: 1KiB, max: 1MiB}"),
            Key("lognormal", .section(.lognormalSizes), "many small, few large", example: "{mean: 1MiB, std_dev: 512KiB}"),
            Key("type", .words(["fixed", "uniform", "lognormal"]), "its settings stand beside it", example: "fixed"),
            Key("size", .size(), "of `type: fixed`", standard: "must be there", example: "64KiB"),
        ] + bounds + moments)

    static let uniformSizes = KeyTable(bounds)
    static let lognormalSizes = KeyTable(moments + bounds)

    private static let bounds: [Key] = [
        Key("min", .size(), "smallest size", standard: "lognormal: 1 byte", example: "1KiB"),
        Key("max", .size(), "largest size", standard: "lognormal: mean + 10 std_dev", example: "1MiB"),
    ]

    private static let moments: [Key] = [
        Key(
            "mean", .size(atLeast: 1), "mean of a lognormal distribution, in bytes, not in logarithms", standard: "must be there",
            example: "1MiB"),
        Key("std_dev", .size(atLeast: 1), "its standard deviation, likewise", standard: "must be there", example: "512KiB"),
    ]
}
