using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ChangeMembership;

/// <param name="Possible">What may be done next.</param>
/// <param name="Refused">What was tried and refused; its form shows what was typed.</param>
/// <param name="Successors">Clinics that can take over the patients.</param>
/// <param name="Afterwards">What is agreed for days on which it is no member, or suspended.</param>
public sealed record MembershipModel(
    Guid Id, string Name, MembershipState State, MembershipDates Dates, IReadOnlyList<MembershipChangeKind> Possible, MembershipChangeKind? Refused,
    IReadOnlyList<(Guid Id, string Name)> Successors, DateOnly Today, FormState Form,
    IReadOnlyList<OpenAfterwards> Afterwards, TimeZoneInfo Zone);

/// <summary>What becomes of a membership, with what follows from each step, before it is taken.</summary>
public sealed class ShowMembership(AssociationsDbContext db, MemberCheck association, IEnumerable<IOpenAfterMembership> open, ITenantResolver tenants)
{
    public async Task<MembershipModel?> HandleAsync(Guid id, FormState form, MembershipChangeKind? refused, CancellationToken cancellationToken)
    {
        var clinics = await db.Clinics.AsNoTracking().OrderBy(c => c.Kana)
            .Select(c => new { c.TenantId, c.Id, c.Name, Dates = new MembershipDates(c.SuspendedFrom, c.LeavesOn) }).ToListAsync(cancellationToken);
        if (clinics.Find(c => c.Id == id) is not { } clinic)
        {
            return null;
        }
        var today = association.Today;
        var state = clinic.Dates.StateOn(today);
        return new MembershipModel(
            id, clinic.Name, state, clinic.Dates, [.. Possible(state, clinic.Dates)], refused,
            [.. clinics.Where(c => c.Id != id && c.Dates.StateOn(today) == MembershipState.Active).Select(c => (c.Id, c.Name))], today, form,
            await AfterwardsAsync(new ClinicId(id), clinic.Dates, cancellationToken), tenants.ById(clinic.TenantId)!.Zone);
    }

    private async Task<IReadOnlyList<OpenAfterwards>> AfterwardsAsync(ClinicId clinic, MembershipDates dates, CancellationToken cancellationToken)
    {
        if ((dates.SuspendedFrom?.AddDays(-1) ?? dates.LeavesOn) is not { } last)
        {
            return [];
        }
        var found = new List<OpenAfterwards>();
        foreach (var module in open)
        {
            found.AddRange(await module.ListAsync(clinic, dates.LeavesOn < last ? dates.LeavesOn.Value : last, cancellationToken));
        }
        return [.. found.OrderBy(one => one.At)];
    }

    private static IEnumerable<MembershipChangeKind> Possible(MembershipState state, MembershipDates dates) => state == MembershipState.Left
        ? [MembershipChangeKind.Rejoined]
        : [
            dates.SuspendedFrom is null ? MembershipChangeKind.Suspended : MembershipChangeKind.Resumed,
            dates.LeavesOn is null ? MembershipChangeKind.Left : MembershipChangeKind.Rejoined,
        ];
}
