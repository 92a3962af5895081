using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Staff;

/// <param name="OrganisationName">As the person's list of places calls it; a desk's night crew works under their association's name.</param>
public sealed record StaffRow(
    Guid Id, Guid AccountId, string Name, string Kana, string Email, string OrganisationName, string Role, bool IsAdministrator,
    DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil, uint Version, bool IsDisabled);

public sealed record StaffModel(
    FormState Form, string OrganisationName, IReadOnlyList<StaffRow> People, IReadOnlyList<Invitation> Invitations,
    IReadOnlyList<OrganisationEvent> History, TimeZoneInfo Zone, DateTimeOffset Now, Guid Me);

public sealed record MemberModel(FormState Form, StaffRow Member, IReadOnlyList<string> Roles, TimeZoneInfo Zone, bool IsMe);

/// <summary>The people of the caller's organisation, who is invited, and what has been changed lately.</summary>
internal sealed class ListStaff(IdentityInRequest identity, CurrentUser user, PlaceOfRequest place, TimeProvider clock)
{
    private const int HistoryLines = 50;

    public async Task<StaffModel> AllAsync(FormState form, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        var organisation = Organisation.Of(user);
        var now = clock.GetUtcNow();
        var invitations = await db.Invitations.AsNoTracking()
            .Where(i => i.OrganisationKind == organisation.Kind && i.OrganisationId == organisation.Id && i.AcceptedAt == null && i.RevokedAt == null)
            .OrderByDescending(i => i.CreatedAt).ToListAsync(cancellationToken);
        var history = await db.OrganisationEvents.AsNoTracking()
            .Where(e => e.OrganisationKind == organisation.Kind && e.OrganisationId == organisation.Id)
            .OrderByDescending(e => e.At).ThenByDescending(e => e.Id).Take(HistoryLines).ToListAsync(cancellationToken);
        var people = await Rows(db, organisation, now).ToListAsync(cancellationToken);
        return new StaffModel(
            form, await NameAsync(db, cancellationToken), [.. people.OrderByDescending(p => p.IsAdministrator).ThenBy(p => p.Kana, StringComparer.Ordinal)],
            invitations, history, place.Zone, now, user.Id);
    }

    /// <returns>Null when the organisation has no such member, or not any more.</returns>
    public async Task<MemberModel?> OneAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        var organisation = Organisation.Of(user);
        var db = await identity.OpenAsync(cancellationToken);
        return await Rows(db, organisation, clock.GetUtcNow(), id).SingleOrDefaultAsync(cancellationToken) is { } member
            ? new MemberModel(form, member, organisation.Roles, place.Zone, member.AccountId == user.Id)
            : null;
    }

    /// <summary>What the caller's organisation is called.</summary>
    public async Task<string> NameAsync(IdentityDb db, CancellationToken cancellationToken)
    {
        var organisation = Organisation.Of(user);
        return organisation.Kind is OrganisationKind.MemberClinic or OrganisationKind.CareFacility
            ? await db.Memberships.Where(m => m.AccountId == user.Id && m.OrganisationKind == organisation.Kind && m.OrganisationId == organisation.Id)
                .Select(m => m.OrganisationName).FirstAsync(cancellationToken)
            : place.Name;
    }

    private static IQueryable<StaffRow> Rows(IdentityDb db, Organisation organisation, DateTimeOffset now, Guid? id = null) =>
        from membership in db.Memberships.AsNoTracking()
        where membership.OrganisationKind == organisation.Kind && membership.OrganisationId == organisation.Id
            && (membership.ValidUntil == null || membership.ValidUntil > now) && (id == null || membership.Id == id)
        join account in db.Accounts on membership.AccountId equals account.Id
        select new StaffRow(
            membership.Id, account.Id, account.DisplayName, account.Kana, account.UserName!, membership.OrganisationName, membership.Role,
            membership.IsAdministrator, membership.ValidFrom, membership.ValidUntil, membership.Version, account.DisabledAt != null);
}

/// <summary>The association's or desk's host that was called.</summary>
internal sealed class PlaceOfRequest(IHttpContextAccessor http)
{
    private PortalHost Host => http.HttpContext!.PortalHost();

    public TimeZoneInfo Zone => Host.Tenant?.Zone ?? Host.Desk!.Zone;

    public string Name => Host.Name!.Ja;
}
