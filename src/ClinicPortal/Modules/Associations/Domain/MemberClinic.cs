using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.Domain;

/// <summary>Why a clinic has its nights covered: the situations that the association supports.</summary>
public enum CareSituation
{
    /// <summary>Alone with outpatients by day and on call for 24 hours.</summary>
    AloneOnCall,

    /// <summary>No support clinic, and yet visits at night.</summary>
    NightVisitsWithoutSupport,

    /// <summary>The doctor is absent or ill.</summary>
    DoctorAbsent,
}

/// <summary>A member clinic (会員医療機関) of an association.</summary>
public sealed class MemberClinic : ITenantOwned
{
    /// <summary>A linked group (連携グループ) has fewer than ten institutions.</summary>
    public const int MostInLinkedGroup = 9;

    private readonly List<Physician> physicians = [];
    private readonly List<MembershipChange> changes = [];

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

    /// <summary>Name of the group of linked institutions that answer together for 24 hours.</summary>
    public string? LinkedGroup { get; private set; }

    /// <summary>Null until the clinic has said so.</summary>
    public CareSituation? Situation { get; private set; }

    public string Phone { get; private set; } = "";

    public string? Fax { get; private set; }

    public string Address { get; private set; } = "";

    /// <summary>Code of the town block (町丁目) in the association's area.</summary>
    public string TownBlock { get; private set; } = "";

    public double Latitude { get; private set; }

    public double Longitude { get; private set; }

    /// <summary>標榜時間: within them no night addition may be claimed.</summary>
    public IReadOnlyList<PostedHours> PostedHours { get; private set; } = [];

    /// <summary>The person of the clinic whom the association writes to.</summary>
    public string? ContactName { get; private set; }

    public string? ContactEmail { get; private set; }

    /// <summary>Null until the clinic has said so.</summary>
    public PaymentArrangement? Payment { get; private set; }

    public DateOnly? SuspendedFrom { get; private set; }

    /// <summary>The last day as a member.</summary>
    public DateOnly? LeavesOn { get; private set; }

    public uint Version { get; private set; }

    /// <summary>The director (管理者) first.</summary>
    public IReadOnlyList<Physician> Physicians => physicians;

    public IReadOnlyList<MembershipChange> Changes => changes;

    public static MemberClinic Register(Guid tenantId, Guid id, MemberClinicDetails details)
    {
        var clinic = new MemberClinic { TenantId = tenantId, Id = id };
        clinic.Write(details);
        return clinic;
    }

    /// <summary>A clinic that joins now, on the day that the association's calendar shows.</summary>
    public static MemberClinic Join(Guid tenantId, MemberClinicDetails details, DateOnly today, CurrentUser by, DateTimeOffset now)
    {
        var clinic = Register(tenantId, Guid.CreateVersion7(now), details);
        clinic.changes.Add(new MembershipChange(clinic, MembershipChangeKind.Joined, today, null, by, now));
        return clinic;
    }

    public void Amend(MemberClinicDetails details) => Write(details);

    public MembershipState StateOn(DateOnly day) => new MembershipDates(SuspendedFrom, LeavesOn).StateOn(day);

    public void Arrange(PaymentArrangement payment) => Payment = payment;

    /// <param name="on">First day of a suspension, last day of a membership; of no meaning for the others.</param>
    /// <returns>Why it cannot be; null when it is done.</returns>
    public Error? Change(MembershipChangeKind kind, DateOnly on, string reason, DateOnly today, CurrentUser by, DateTimeOffset now)
    {
        var hasLeft = StateOn(today) == MembershipState.Left;
        if (kind is MembershipChangeKind.Suspended or MembershipChangeKind.Left && on < today)
        {
            return Error.OnField("on", "membership.date-passed");
        }
        switch (kind)
        {
            case MembershipChangeKind.Suspended when !hasLeft && SuspendedFrom is null:
                SuspendedFrom = on;
                break;
            case MembershipChangeKind.Resumed when !hasLeft && SuspendedFrom is not null:
                SuspendedFrom = null;
                break;
            case MembershipChangeKind.Left when LeavesOn is null:
                LeavesOn = on;
                break;
            case MembershipChangeKind.Rejoined when LeavesOn is not null:
                (LeavesOn, SuspendedFrom) = (null, null);
                break;
            default:
                return Error.Conflict("membership.not-from-here");
        }
        changes.Add(new MembershipChange(this, kind, kind is MembershipChangeKind.Suspended or MembershipChangeKind.Left ? on : today, reason, by, now));
        return null;
    }

    private void Write(MemberClinicDetails details)
    {
        Name = details.Name;
        Kana = details.Kana;
        InstitutionCode = details.InstitutionCode.ToString();
        HomeCareSupport = details.HomeCareSupport;
        LinkedGroup = details.LinkedGroup;
        Situation = details.Situation;
        Phone = details.Phone;
        Fax = details.Fax;
        Address = details.Address;
        TownBlock = details.TownBlock;
        Latitude = details.Latitude;
        Longitude = details.Longitude;
        PostedHours = details.PostedHours;
        ContactName = details.ContactName;
        ContactEmail = details.ContactEmail;
        // By position: letters name physicians by it, nothing else refers to them.
        for (var position = 0; position < details.PhysicianNames.Count; position++)
        {
            if (physicians.Find(p => p.Position == position) is { } there)
            {
                there.Rename(details.PhysicianNames[position]);
            }
            else
            {
                physicians.Add(new Physician(TenantId, Id, position, details.PhysicianNames[position]));
            }
        }
        physicians.RemoveAll(p => p.Position >= details.PhysicianNames.Count);
    }
}

/// <param name="PhysicianNames">The director first.</param>
public sealed record MemberClinicDetails(
    string Name, string Kana, InstitutionCode InstitutionCode, HomeCareSupport HomeCareSupport, string Phone, string? Fax, string Address,
    string TownBlock, double Latitude, double Longitude, IReadOnlyList<PostedHours> PostedHours, IReadOnlyList<string> PhysicianNames)
{
    public string? LinkedGroup { get; init; }

    public CareSituation? Situation { get; init; }

    public string? ContactName { get; init; }

    public string? ContactEmail { get; init; }
}

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

    internal void Rename(string name) => Name = name;
}
