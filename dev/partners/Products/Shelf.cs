using System.Text.Json.Serialization;

namespace OrderOrchestration.Partners.Products;

/// <summary>The units of one product in one warehouse.</summary>
internal sealed class Shelf(string productId, string warehouseId)
{
    public string ProductId => productId;

    public string WarehouseId => warehouseId;

    /// <summary>Units added by the catalogue.</summary>
    public long Initial { get; set; }

    /// <summary>Units added (or, below zero, removed) by hand since then.</summary>
    public long Adjusted { get; set; }

    /// <summary>Units without a reservation.</summary>
    public long Free { get; set; }

    [JsonIgnore]
    public string Key => $"{productId}/{warehouseId}";
}
