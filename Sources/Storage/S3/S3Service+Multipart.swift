import Vocabulary

/// Large objects in parts, one after the other on the worker's connection; what was begun and cannot be completed is taken back.
extension S3Service {
    func putInParts(_ key: [UInt8], size: Int64, body: any ObjectBody, until deadline: Moment) throws(HTTPFailure) {
        let begun = try session.send(.init(.post, key: key, query: [("uploads", "")]), until: deadline)
        guard let upload = XMLLeaves.texts(of: begun.body)["UploadId"] else {
            throw HTTPFailure(kind: .server, why: "the server does not tell the id of the upload in parts")
        }
        do throws(HTTPFailure) {
            let tags = try putParts(key, upload, size: size, body: body, until: deadline)
            try complete(key, upload, tags, until: deadline)
        } catch {
            // Beyond the deadline of the operation: else what was sent would stay, unseen and paid for.
            _ = try? session.send(.init(.delete, key: key, query: [("uploadId", upload)]), until: SystemClock.now + .seconds(5))
            throw error
        }
    }

    private func putParts(
        _ key: [UInt8], _ upload: String, size: Int64, body: any ObjectBody, until deadline: Moment
    ) throws(HTTPFailure) -> [String] {
        let partSize = max(Self.partSize, (size + 9999) / 10_000)
        var tags: [String] = []
        var left = size
        while left > 0 {
            let part = min(left, partSize)
            let query = [("partNumber", "\(tags.count + 1)"), ("uploadId", upload)]
            let response = try session.send(.init(.put, key: key, query: query, body: .object(body, size: part)), until: deadline)
            guard let tag = response.header("etag") else {
                throw HTTPFailure(kind: .server, why: "the server does not tell the ETag of part \(tags.count + 1)")
            }
            tags.append(tag)
            left -= part
        }
        return tags
    }

    private func complete(_ key: [UInt8], _ upload: String, _ tags: [String], until deadline: Moment) throws(HTTPFailure) {
        let parts = tags.enumerated().map { number, tag in
            "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(Self.escaped(tag))</ETag></Part>"
        }
        let document = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        let response = try session.send(
            .init(
                .post, key: key, query: [("uploadId", upload)], headers: [.init("content-type", "application/xml")],
                body: .bytes(Array(document.utf8))), until: deadline)
        // The status is sent before the work is done: an error may follow it.
        let texts = XMLLeaves.texts(of: response.body)
        if texts["ETag"] == nil, let code = texts["Code"] {
            throw HTTPFailure(kind: .server, why: "the parts could not be put together: \(code): \(texts["Message"] ?? "")")
        }
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.append(character)
            }
        }
    }
}
