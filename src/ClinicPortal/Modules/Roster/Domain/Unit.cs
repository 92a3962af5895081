using ClinicPortal.Shared.Data;

namespace ClinicPortal.Modules.Roster.Domain;

/// <summary>往診チーム: a car that waits at a base for a doctor and a driver.</summary>
public sealed class Unit(Guid tenantId, Guid id, string name, string? phone, string baseName, double latitude, double longitude) : ITenantOwned
{
    public Guid TenantId { get; private set; } = tenantId;

    public Guid Id { get; private set; } = id;

    public string Name { get; private set; } = name;

    /// <summary>The phone in the car.</summary>
    public string? Phone { get; private set; } = phone;

    public string BaseName { get; private set; } = baseName;

    public double Latitude { get; private set; } = latitude;

    public double Longitude { get; private set; } = longitude;
}
