using Dapper;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>The conditions of a filtered list: one for each filter that is set.</summary>
internal sealed class SettlementConditions
{
    private readonly List<string> conditions = ["1 = 1"];

    public DynamicParameters Parameters { get; } = new();

    public string Sql => string.Join(" AND ", conditions);

    public SettlementConditions Of(StatementFilter filter)
    {
        Add("s.day = @day", "day", Text(filter.Day));
        Add("s.seller_id = @seller", "seller", filter.SellerId);
        Add("s.day >= @from", "from", Text(filter.From));
        Add("s.day <= @to", "to", Text(filter.To));
        return this;
    }

    public void Add(string condition, string name, object? value)
    {
        if (value is not null)
        {
            conditions.Add(condition);
            Parameters.Add(name, value);
        }
    }

    public void Limit(int rows) => Parameters.Add("limit", (long)rows);

    private static string? Text(DateOnly? day) => day is { } set ? BusinessDay.Text(set) : null;
}
