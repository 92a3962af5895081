using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>A care facility (施設) whose residents the association's clinics look after.</summary>
public sealed class CareFacility : ITenantOwned
{
    private CareFacility()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Kana { get; private set; } = "";

    /// <summary>Such as 特別養護老人ホーム, which has doctor rules of its own.</summary>
    public string Kind { get; private set; } = "";

    public string Phone { get; private set; } = "";

    public string Address { get; private set; } = "";

    /// <summary>Code of the town block (町丁目) in the association's area.</summary>
    public string TownBlock { get; private set; } = "";

    public double Latitude { get; private set; }

    public double Longitude { get; private set; }

    public static CareFacility Register(
        Guid tenantId, Guid id, string name, string kana, string kind, string phone, string address, string townBlock, double latitude, double longitude) => new()
        {
            TenantId = tenantId,
            Id = id,
            Name = name,
            Kana = kana,
            Kind = kind,
            Phone = phone,
            Address = address,
            TownBlock = townBlock,
            Latitude = latitude,
            Longitude = longitude,
        };
}
