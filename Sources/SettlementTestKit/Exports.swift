@_exported public import Settlement
