using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Products;

/// <summary>
/// Chooses the warehouse of each line (hotspot #9): one warehouse for all lines if possible, else one warehouse per line, else a line is split over several.
/// Warehouses are tried in the order of their ids, so that the choice is deterministic for the same stock.
/// </summary>
internal static class WarehouseChoice
{
    public static IReadOnlyList<ReservationPart> Choose(
        IReadOnlyList<Line> lines, Func<string, IReadOnlyList<Shelf>> shelvesOf)
    {
        var common = lines
            .SelectMany(line => shelvesOf(line.ProductId).Where(shelf => shelf.Free >= line.Quantity).Select(shelf => shelf.WarehouseId))
            .GroupBy(id => id, StringComparer.Ordinal)
            .Where(group => group.Count() == lines.Count)
            .Select(group => group.Key)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        return [.. lines.SelectMany(line => PartsOf(line, shelvesOf(line.ProductId), common))];
    }

    private static IEnumerable<ReservationPart> PartsOf(Line line, IReadOnlyList<Shelf> shelves, string? preferred)
    {
        var whole = shelves.FirstOrDefault(s => s.WarehouseId == preferred) ?? shelves.FirstOrDefault(s => s.Free >= line.Quantity);
        if (whole is not null)
        {
            yield return new ReservationPart(line.ProductId, whole.WarehouseId, line.Quantity);
            yield break;
        }

        var missing = line.Quantity;
        foreach (var shelf in shelves.Where(s => s.Free > 0).OrderByDescending(s => s.Free).ThenBy(s => s.WarehouseId, StringComparer.Ordinal))
        {
            var taken = Math.Min(missing, shelf.Free);
            yield return new ReservationPart(line.ProductId, shelf.WarehouseId, taken);
            missing -= taken;
            if (missing == 0)
            {
                yield break;
            }
        }
    }
}
