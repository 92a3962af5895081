namespace ClinicPortal.Modules.Associations.Contracts;

/// <summary>Identifies a member clinic (会員医療機関).</summary>
public readonly record struct ClinicId(Guid Value);

/// <summary>Identifies a care facility (施設).</summary>
public readonly record struct FacilityId(Guid Value);

/// <summary>A medical institution as reports and claims name it.</summary>
/// <param name="Code">医療機関コード, ten digits.</param>
public sealed record Institution(string Name, string Code);

/// <param name="Phone">As written on letters, with hyphens.</param>
/// <param name="DirectorName">管理者: the first of the clinic's physicians.</param>
public sealed record MemberClinicInfo(
    Guid TenantId, ClinicId Id, string Name, string Kana, Institution Institution, string Phone, string? Fax, string Address, string DirectorName,
    MembershipDates Membership)
{
    /// <summary>Where mails to the clinic's administration go; null as long as nobody has given one.</summary>
    public string? Email { get; init; }
}

/// <summary>The associations' member clinics, within the tenants in scope.</summary>
public interface IMemberClinics
{
    /// <returns>Null when there is no such clinic in scope.</returns>
    Task<MemberClinicInfo?> FindAsync(ClinicId id, CancellationToken cancellationToken);

    /// <summary>Those of these clinics that are in scope.</summary>
    Task<IReadOnlyList<MemberClinicInfo>> OfAsync(IReadOnlyCollection<ClinicId> ids, CancellationToken cancellationToken);

    /// <summary>Of the clinics in scope those that are suspended, leave or have left, with their dates.</summary>
    Task<IReadOnlyDictionary<ClinicId, MembershipDates>> OutsideAsync(CancellationToken cancellationToken);

    /// <summary>All clinics in scope, by kana.</summary>
    Task<IReadOnlyList<MemberClinicInfo>> ListAsync(CancellationToken cancellationToken);
}
