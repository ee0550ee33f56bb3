import CCurl
import Glibc
import Vocabulary

/// Requests over kept-alive connections, one at a time; belongs to one thread.
///
/// HTTP and HTTPS alone, no redirects (a signature holds for one host), no cookies. HTTP/2 where a server offers it within TLS.
final class HTTPClient {
    /// From the first look-up of a name to the end of TLS; within the deadline of the operation.
    static let connectTimeout: Duration = .seconds(10)
    private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer
    private let transfer = HTTPTransfer()
    private var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// `authorities`: the file with the certificates of those whom to believe about servers; nil: the system's.
    init(authorities: String? = nil) {
        precondition(Self.libraryIsReady, "libcurl begins once, and has what it needs")
        guard let handle = curl_easy_init() else { preconditionFailure("out of memory") }
        self.handle = handle
        setUp(authorities ?? TrustedAuthorities.file)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
    }

    /// Sends the request and takes the whole response.
    ///
    /// `receiver` takes the body where the status is one of success; else the body is in the response.
    func perform(
        _ request: HTTPRequest, until deadline: Moment, receiver: (any HTTPReceiver)? = nil
    ) throws(HTTPFailure) -> HTTPResponse {
        let left = deadline - SystemClock.now
        guard left > .milliseconds(1) else { throw HTTPFailure(kind: .timeout, why: "no time was left for a further request") }
        transfer.begin(request.body, receiver: receiver)
        defer { transfer.end() }
        prepare(request, milliseconds: Int(left.wholeNanoseconds / 1_000_000))
        let code = message.withUnsafeMutableBufferPointer { buffer in
            buffer[0] = 0
            muster_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, buffer.baseAddress)
            defer { muster_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, nil) }
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer.isEnough) else { throw failure(code, after: left) }
        let announced = muster_curl_offset(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
        return HTTPResponse(
            status: transfer.status, received: transfer.received, announced: announced < 0 ? nil : Int64(announced), body: transfer.body,
            head: transfer.head)
    }

    // MARK: Options

    private func setUp(_ authorities: String?) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA] { muster_curl_set_pointer(handle, option, context) }
        muster_curl_set_callback(handle, CURLOPT_WRITEFUNCTION) { pointer, size, count, context in
            guard let context, let pointer else { return 0 }
            let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.take(UnsafeRawBufferPointer(start: pointer, count: size * count)) ? size * count : 0
        }
        muster_curl_set_callback(handle, CURLOPT_HEADERFUNCTION) { pointer, size, count, context in
            guard let context, let pointer else { return 0 }
            let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
            transfer.takeHeadLine(UnsafeRawBufferPointer(start: pointer, count: size * count))
            return size * count
        }
        muster_curl_set_callback(handle, CURLOPT_READFUNCTION) { pointer, size, count, context in
            guard let context, let pointer else { return 0 }
            let transfer = Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.give(UnsafeMutableRawBufferPointer(start: pointer, count: size * count))
        }
        muster_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        // In the agent libcurl is linked without Kerberos, which a SOCKS proxy may ask for.
        muster_curl_set_long(handle, CURLOPT_SOCKS5_AUTH, Int(muster_curlauth_basic))
        muster_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        muster_curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        // Names go as they are signed.
        muster_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1)
        muster_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(Self.connectTimeout.wholeNanoseconds / 1_000_000))
        muster_curl_set_long(handle, CURLOPT_BUFFERSIZE, 512 << 10)
        muster_curl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, bodyChunk)
        muster_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        if let authorities { muster_curl_set_text(handle, CURLOPT_CAINFO, authorities) }
    }

    private func prepare(_ request: HTTPRequest, milliseconds: Int) {
        // Undoes what the method of the request before has set.
        muster_curl_set_long(handle, CURLOPT_HTTPGET, 1)
        muster_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, nil)
        muster_curl_set_text(handle, CURLOPT_URL, request.url)
        muster_curl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, milliseconds))
        switch request.body {
        case .none: break
        case .bytes(let bytes): upload(Int64(bytes.count))
        case .object(_, let size): upload(size)
        }
        switch request.method {
        case .get: break
        case .head: muster_curl_set_long(handle, CURLOPT_NOBODY, 1)
        case .put:
            if case .none = request.body { upload(0) }
        case .delete: muster_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, "DELETE")
        case .post:
            if case .none = request.body { upload(0) }
            muster_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, "POST")
        }
        // Without an answer to wait for before the body is sent: that would be a round trip more for each object.
        var list = curl_slist_append(nil, "Expect:")
        for header in request.headers { list = curl_slist_append(list, "\(header.name): \(header.value)") }
        muster_curl_set_pointer(handle, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(headers)
        headers = list
    }

    private func upload(_ size: Int64) {
        muster_curl_set_long(handle, CURLOPT_UPLOAD, 1)
        muster_curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(size))
    }

    // MARK: Errors

    private func failure(_ code: CURLcode, after allowed: Duration) -> HTTPFailure {
        let told = message.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? "" }
        let why = told.isEmpty ? String(cString: curl_easy_strerror(code)) : told
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPFailure(kind: .timeout, why: "no whole answer in \(fixed(allowed.inSeconds, decimals: 1)) s (\(why))")
        case CURLE_PARTIAL_FILE:
            return HTTPFailure(kind: .network, why: "the connection ended in the middle of the answer (\(why))")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            return HTTPFailure(
                kind: .network,
                why: "the server's certificate is not to be trusted: \(why); "
                    + "AWS_CA_BUNDLE names a file with the authority's certificate")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return HTTPFailure(kind: .server, why: "the answer is no HTTP that can be read (\(why))")
        case CURLE_URL_MALFORMAT: return HTTPFailure(kind: .unsupported, why: why)
        default: return HTTPFailure(kind: .network, why: why)
        }
    }
}
