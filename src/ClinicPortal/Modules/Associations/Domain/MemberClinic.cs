using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>A member clinic (会員医療機関) of an association.</summary>
public sealed class MemberClinic : ITenantOwned
{
    private readonly List<Physician> physicians = [];

    private MemberClinic()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Kana { get; private set; } = "";

    /// <summary>医療機関コード: ten digits, checked.</summary>
    public string InstitutionCode { get; private set; } = "";

    public HomeCareSupport HomeCareSupport { get; private set; }

    public string Phone { get; private set; } = "";

    public string? Fax { get; private set; }

    public string Address { get; private set; } = "";

    /// <summary>Code of the town block (町丁目) in the association's area.</summary>
    public string TownBlock { get; private set; } = "";

    public double Latitude { get; private set; }

    public double Longitude { get; private set; }

    /// <summary>標榜時間: within them no night addition may be claimed.</summary>
    public IReadOnlyList<PostedHours> PostedHours { get; private set; } = [];

    /// <summary>The director (管理者) first.</summary>
    public IReadOnlyList<Physician> Physicians => physicians;

    public static MemberClinic Register(Guid tenantId, Guid id, MemberClinicDetails details)
    {
        var clinic = new MemberClinic
        {
            TenantId = tenantId,
            Id = id,
            Name = details.Name,
            Kana = details.Kana,
            InstitutionCode = details.InstitutionCode.ToString(),
            HomeCareSupport = details.HomeCareSupport,
            Phone = details.Phone,
            Fax = details.Fax,
            Address = details.Address,
            TownBlock = details.TownBlock,
            Latitude = details.Latitude,
            Longitude = details.Longitude,
            PostedHours = details.PostedHours,
        };
        clinic.physicians.AddRange(details.PhysicianNames.Select((name, position) => new Physician(tenantId, id, position, name)));
        return clinic;
    }
}

/// <param name="PhysicianNames">The director first; at least one.</param>
public sealed record MemberClinicDetails(
    string Name, string Kana, InstitutionCode InstitutionCode, HomeCareSupport HomeCareSupport, string Phone, string? Fax, string Address,
    string TownBlock, double Latitude, double Longitude, IReadOnlyList<PostedHours> PostedHours, IReadOnlyList<string> PhysicianNames);

/// <summary>A physician of a member clinic, as its letters name them; accounts are another matter.</summary>
public sealed class Physician : ITenantOwned
{
    internal Physician(Guid tenantId, Guid clinicId, int position, string name)
    {
        TenantId = tenantId;
        Id = Guid.CreateVersion7();
        ClinicId = clinicId;
        Position = position;
        Name = name;
    }

    private Physician()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public Guid ClinicId { get; private set; }

    /// <summary>From 0, the director.</summary>
    public int Position { get; private set; }

    public string Name { get; private set; } = "";
}
