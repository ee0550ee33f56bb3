import Storage
import Testing

@Suite("An object's URI in memory that is used again")
struct ObjectURITests {
    @Test("Numbers are padded to their width and never cut")
    func numbersArePadded() {
        let uri = ObjectURI("x")
        uri.append(decimal: 7, width: 8)
        uri.append("/")
        uri.append(decimal: 123_456_789_012)
        uri.append("/")
        uri.append(hexadecimal: 10, width: 2)
        uri.append(hexadecimal: .max, width: 2)
        #expect(uri.text == "x00000007/123456789012/0affffffffffffffff")
    }

    @Test("It grows with what is appended, and keeps what was there")
    func grows() {
        let uri = ObjectURI()
        for number in 0..<2000 { uri.append(decimal: UInt64(number % 10)) }
        #expect(uri.text == String(repeating: "0123456789", count: 200))
        uri.cut(to: 3)
        #expect(uri.text == "012")
        uri.set(Array("new".utf8))
        #expect(uri.text == "new")
    }
}
