extension FileJournal {
    /// The number of shards with which the journal of a directory was created; `nil`: there is none yet.
    ///
    /// Reads the anchor only, and takes no lock.
    /// - Throws: ``JournalOpenError`` when there is an anchor and it cannot be read.
    public static func shardCount(inDirectory directory: String) throws(JournalOpenError) -> Int? {
        try shardCount(in: FileStorage(directory: directory))
    }

    static func shardCount(in storage: any JournalStorage) throws(JournalOpenError) -> Int? {
        do throws(JournalOpenError) {
            return try AnchorReading.read(storage).newest.position.sequences.count
        } catch {
            if error.code == .missing { return nil }
            throw error
        }
    }
}
