using System.Text.Json.Serialization;

namespace OrderOrchestration.Partners.Products;

/// <summary>The units of one product in one warehouse.</summary>
internal sealed class Shelf(string productId, string warehouseId)
{
    public string ProductId => productId;

    public string WarehouseId => warehouseId;

    /// <summary>Units put there by the catalogue.</summary>
    public long Initial { get; set; }

    /// <summary>Units added or taken by hand since.</summary>
    public long Adjusted { get; set; }

    /// <summary>Units nobody holds.</summary>
    public long Free { get; set; }

    [JsonIgnore]
    public string Key => $"{productId}/{warehouseId}";
}
