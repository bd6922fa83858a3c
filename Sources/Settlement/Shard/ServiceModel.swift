/// Says how long a shard's work takes where no work takes time by itself: in virtual time. One for each shard.
///
/// A shard works for one caller after the other: `begin`, then the work and its `charge`, then `end`. In real time there
/// is no model, and the work takes what it takes.
package protocol ServiceModel: Sendable {
    /// Suspends until the shard is done with everybody who came before.
    func begin() async
    /// The work for `items` commands or bills occupies the shard from now. Returns the monotonic time at which it is done.
    func charge(items: Int, lane: Lane) -> Int64
    /// Lets the next caller begin as soon as the charged work is done.
    func end()
    /// Suspends until charged work is done: nobody sees its result before.
    func waitUntilDone(_ monotonicNanoseconds: Int64) async
}
