using EmbeddedTemporal.Visibility.Entries;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>
/// A condition over a record. As in SQL its answer is yes, no or unknown: what compares with an attribute that a record has not is unknown,
/// and so is the opposite of it; only yes is a match.
/// </summary>
internal delegate bool? FilterCondition(VisibilityEntry entry);
