package queues

// A package that has queues compiles these methods for its own types, and can compile
// the small functions of other packages into them only as far as that was done once
// here: it makes an item by a queue of 128 a fifth cheaper.
var (
	_ = (*Queue[int]).Put
	_ = (*Queue[int]).Get
)
