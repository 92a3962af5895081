using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ListMembers;

/// <param name="Physicians">The director first.</param>
public sealed record MemberRow(
    Guid Id, string Name, string Kana, string InstitutionCode, HomeCareSupport HomeCareSupport, string Phone, string? Fax, string Address,
    IReadOnlyList<PostedHours> PostedHours, IReadOnlyList<string> Physicians, MembershipDates Dates);

/// <param name="Query">What was searched for; null shows all.</param>
/// <param name="Imported">How many clinics an import has just added.</param>
/// <param name="Steps">The checklist of each.</param>
/// <param name="StandsStill">For how many days the checklist of those has not moved who are late with it.</param>
public sealed record MembersModel(
    IReadOnlyList<MemberRow> Members, IReadOnlyDictionary<Guid, IReadOnlyList<StepState>> Steps, IReadOnlyDictionary<Guid, int> StandsStill, int Total, string? Query, DateOnly Today, int? Imported);

/// <summary>会員医療機関 for the association's secretariat.</summary>
public sealed class ListMembers(AssociationsDbContext db, OnboardingProgress progress, MemberCheck association, TimeProvider clock)
{
    public async Task<MembersModel> HandleAsync(string? query, int? imported, CancellationToken cancellationToken)
    {
        var members = await db.Clinics.AsNoTracking().OrderBy(c => c.Kana)
            .Select(c => new MemberRow(
                c.Id, c.Name, c.Kana, c.InstitutionCode, c.HomeCareSupport, c.Phone, c.Fax, c.Address, c.PostedHours,
                c.Physicians.OrderBy(p => p.Position).Select(p => p.Name).ToList(), new MembershipDates(c.SuspendedFrom, c.LeavesOn)))
            .ToListAsync(cancellationToken);
        var wanted = query?.Trim() is { Length: > 0 } typed ? typed : null;
        var now = clock.GetUtcNow();
        var watches = await db.Watches.AsNoTracking().ToListAsync(cancellationToken);
        return new MembersModel(
            wanted is null ? members : [.. members.Where(m => Has(m, wanted))], await progress.ReadAsync(null, cancellationToken),
            watches.Where(w => w.IsLateAt(now)).ToDictionary(w => w.ClinicId, w => w.DaysAt(now)), members.Count, wanted, association.Today, imported);
    }

    /// <summary>An association has some hundreds of members: they are looked through here.</summary>
    private static bool Has(MemberRow member, string wanted)
    {
        _ = Kana.TryRead(wanted, out var reading);
        return member.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase) || member.Kana.Contains(reading, StringComparison.Ordinal)
            || member.InstitutionCode.Contains(wanted, StringComparison.Ordinal) || member.Address.Contains(wanted, StringComparison.Ordinal);
    }
}
