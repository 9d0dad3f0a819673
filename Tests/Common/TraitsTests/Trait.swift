import Traits

/// Swift Testing has another thing of this name.
typealias Trait = Traits.Trait
