using EmbeddedTemporal.Visibility.Entries;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>
/// A condition on a record with SQL's three-valued logic: a comparison with an unset attribute is unknown (null), and so is its negation; only
/// true is a match.
/// </summary>
internal delegate bool? FilterCondition(VisibilityEntry entry);
