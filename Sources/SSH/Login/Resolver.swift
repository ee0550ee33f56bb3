import Glibc

/// A socket address as the system's resolver gives it.
struct SocketAddress: Sendable {
    let family: Int32
    /// A `sockaddr` of that family.
    let bytes: [UInt8]

    /// The address in digits, without the port; empty where it has none.
    static func numeric(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
            let status = getnameinfo(address, length, text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            return status == 0 ? String(cString: text.baseAddress!) : ""
        }
    }

    /// The address of this machine's end of a connected socket, in digits.
    static func local(of descriptor: Int32) -> String {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getsockname(descriptor, address, &length) == 0 ? numeric(address, length) : ""
            }
        }
    }
}

/// Host names to addresses, by the system's resolver.
enum Resolver {
    struct Failure: Error {
        let why: String
    }

    /// Addresses in the order in which to try them. An address in digits is answered at once; anything else waits for the
    /// system on a thread of its own and is then answered there.
    static func resolve(_ host: String, port: Int, _ answer: @escaping @Sendable (Result<[SocketAddress], Failure>) -> Void) {
        if case .success(let addresses) = lookUp(host, port, onlyDigits: true) { return answer(.success(addresses)) }
        BlockingThreads.shared.run { answer(lookUp(host, port, onlyDigits: false)) }
    }

    private static func lookUp(_ host: String, _ port: Int, onlyDigits: Bool) -> Result<[SocketAddress], Failure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_protocol = Int32(IPPROTO_TCP)
        hints.ai_flags = AI_NUMERICSERV | (onlyDigits ? AI_NUMERICHOST : AI_ADDRCONFIG)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &list)
        guard status == 0 else {
            let why = status == EAI_SYSTEM ? errorText(errno) : String(cString: gai_strerror(status))
            return .failure(Failure(why: lowercasedFirst(why)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr {
                let bytes = [UInt8](UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen)))
                addresses.append(SocketAddress(family: entry.pointee.ai_family, bytes: bytes))
            }
            next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(Failure(why: "it has no address")) : .success(addresses)
    }

    private static func lowercasedFirst(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}
