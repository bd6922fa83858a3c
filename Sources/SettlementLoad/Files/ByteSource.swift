/// Bytes that come in pieces.
protocol ByteSource: ~Copyable {
    /// Fills `buffer` from its beginning; returns how many bytes came, 0 at the end.
    func read(into buffer: inout [UInt8]) throws(FileProblem) -> Int
}

extension FileReader: ByteSource {}
