using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Payees;

internal sealed class PayeeReader(BillingContext db) : IPayees
{
    public async Task<IReadOnlyDictionary<AccountId, PayeeTerms>> OfAsync(TenantId tenant, IReadOnlyCollection<AccountId> people, CancellationToken cancellationToken)
    {
        var ids = people.Select(person => person.Value).ToList();
        var payees = await db.Payees.AsNoTracking().Where(payee => payee.TenantId == tenant.Value && ids.Contains(payee.Id)).ToListAsync(cancellationToken);
        return payees.ToDictionary(payee => new AccountId(payee.Id), payee => new PayeeTerms(
            new AccountId(payee.Id), payee.Name, payee.AsDoctor, payee.AsDriver, payee.RegistrationNumber, payee.EmployeeNumber, payee.SealedAccount?.Value));
    }

    public async Task<DebtorAccount?> PayingAccountAsync(TenantId tenant, CancellationToken cancellationToken) =>
        (await db.PaymentSettings.AsNoTracking().SingleOrDefaultAsync(setting => setting.TenantId == tenant.Value, cancellationToken))?.Debtor;
}
