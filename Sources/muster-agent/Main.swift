import Vocabulary
@main struct Main { static func main() { print(fixed(1.5, decimals: 2)) } }
