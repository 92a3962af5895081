using System.Runtime.CompilerServices;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity;

/// <summary>
/// Who worked for a closing association, in which role and how long; nothing that opens an account. These tables are outside
/// row-level security, so the association is asked for by name here.
/// </summary>
internal sealed class IdentityPart(IdentityDb db) : ITenantPart
{
    public string Name => "identity";

    public IReadOnlyList<(string Table, string Condition)> Dependents { get; } =
    [
        ("identity.session", "membership_id IN (SELECT id FROM identity.membership WHERE tenant_id = $1)"),
        ("identity.handover_code", "membership_id IN (SELECT id FROM identity.membership WHERE tenant_id = $1)"),
    ];

    public Task WriteAsync(TenantArchive archive, TenantInfo tenant, CancellationToken cancellationToken) => archive.AddTableAsync(
        "data/identity/membership.csv", ["id", "account_id", "name", "email", "role", "organisation", "organisation_id", "valid_from", "valid_until"],
        RowsAsync(tenant.Id, cancellationToken), cancellationToken);

    private async IAsyncEnumerable<IEnumerable<object?>> RowsAsync(Guid tenantId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var people = from membership in db.Memberships.AsNoTracking()
                     where membership.TenantId == tenantId
                     join account in db.Accounts.AsNoTracking() on membership.AccountId equals account.Id
                     orderby membership.ValidFrom, membership.Id
                     select new { membership, account.DisplayName, account.UserName };
        await foreach (var person in people.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var membership = person.membership;
            yield return
            [
                membership.Id, membership.AccountId, person.DisplayName, person.UserName, membership.Role, membership.OrganisationName, membership.OrganisationId,
                membership.ValidFrom, membership.ValidUntil,
            ];
        }
    }
}
