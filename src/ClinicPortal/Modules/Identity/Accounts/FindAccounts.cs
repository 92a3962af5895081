using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Accounts;

/// <param name="DisabledBy">The organisation that shut it; null where the operator did.</param>
public sealed record AccountRow(Guid Id, string Name, string Email, DateTimeOffset? DisabledAt, string? DisabledBy);

public sealed record AccountPlace(string Organisation, string Role, bool IsAdministrator, DateTimeOffset? Until);

/// <param name="Asked">The address that was looked for; null when none was.</param>
/// <param name="Found">Null when nobody has it.</param>
/// <param name="Disabled">All that are shut.</param>
public sealed record AccountsModel(string? Asked, AccountRow? Found, IReadOnlyList<AccountRow> Disabled);

public sealed record AccountModel(
    AccountRow Account, IReadOnlyList<AccountPlace> Places, DateTimeOffset? LastSeen, bool IsMe, FormState Form);

/// <summary>
/// Accounts as the platform's operator sees them: one, by the whole address of whoever asked for help, and those that are shut. Not a list of everybody:
/// who works where is the organisations'.
/// </summary>
internal sealed class FindAccounts(IdentityInRequest identity, CurrentUser user, TimeProvider clock)
{
    private const int MostShown = 200;

    public async Task<AccountsModel> AllAsync(string? email, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        var normalized = email?.ToUpperInvariant();
        return new AccountsModel(
            email,
            email is null ? null : await Rows(db, db.Accounts.Where(a => a.NormalizedUserName == normalized)).SingleOrDefaultAsync(cancellationToken),
            await Rows(db, db.Accounts.Where(a => a.DisabledAt != null).OrderByDescending(a => a.DisabledAt).Take(MostShown)).ToListAsync(cancellationToken));
    }

    public async Task<AccountModel?> OneAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        var db = await identity.OpenAsync(cancellationToken);
        if (await Rows(db, db.Accounts.Where(a => a.Id == id)).SingleOrDefaultAsync(cancellationToken) is not { } account)
        {
            return null;
        }
        var now = clock.GetUtcNow();
        var places = await db.Memberships.AsNoTracking()
            .Where(m => m.AccountId == id && (m.ValidUntil == null || m.ValidUntil > now))
            .OrderBy(m => m.OrganisationName)
            .Select(m => new AccountPlace(m.OrganisationName, m.Role, m.IsAdministrator, m.ValidUntil)).ToListAsync(cancellationToken);
        var seen = await db.Sessions.Where(s => s.AccountId == id).MaxAsync(s => (DateTimeOffset?)s.LastSeenAt, cancellationToken);
        return new AccountModel(account, places, seen, id == user.Id, form);
    }

    private static IQueryable<AccountRow> Rows(IdentityDb db, IQueryable<Account> accounts) =>
        from account in accounts.AsNoTracking()
        select new AccountRow(
            account.Id, account.DisplayName, account.UserName!, account.DisabledAt,
            db.Memberships.Where(m => m.OrganisationId == account.DisabledByOrganisation).Select(m => m.OrganisationName).FirstOrDefault());
}
