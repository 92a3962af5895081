using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Associations.Contracts;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Gateway;

/// <summary>The association's keys at the payment service, and its clinics as payers.</summary>
public sealed class GatewayAccounts(BillingContext db, IPaymentGateway gateway, IMemberClinics clinics)
{
    /// <returns>Null where the association takes no payments through the service.</returns>
    public async Task<GatewayAccount?> FindAsync(CancellationToken cancellationToken) =>
        await db.PaymentSettings.SingleOrDefaultAsync(cancellationToken) is { GatewayEnabled: true, SealedSecretKey: { } key } setting
            ? new GatewayAccount(setting.TenantId, key.Value) : null;

    /// <summary>How the clinic pays; begun when it is first asked for.</summary>
    public async Task<Payer?> PayerAsync(Guid clinic, CancellationToken cancellationToken)
    {
        if (await db.Payers.SingleOrDefaultAsync(p => p.Id == clinic, cancellationToken) is { } known)
        {
            return known;
        }
        if (await clinics.FindAsync(new ClinicId(clinic), cancellationToken) is not { } member)
        {
            return null;
        }
        // Whoever else opens the same page at the same time waits, and then finds it.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"payer-begins:" + clinic}, 0))", cancellationToken);
        if (await db.Payers.SingleOrDefaultAsync(p => p.Id == clinic, cancellationToken) is { } meanwhile)
        {
            return meanwhile;
        }
        string reference;
        do
        {
            reference = Payer.NewReference();
        }
        while (await db.Payers.AnyAsync(p => p.Reference == reference, cancellationToken));
        var payer = Payer.For(member.TenantId, clinic, member.Name, reference);
        db.Payers.Add(payer);
        await db.SaveChangesAsync(cancellationToken);
        return payer;
    }

    /// <summary>The clinic's customer at the service; made once, for its key is the clinic's id.</summary>
    public async Task<string> CustomerAsync(GatewayAccount account, Payer payer, CancellationToken cancellationToken)
    {
        if (payer.CustomerId is null)
        {
            payer.Become(await gateway.CreateCustomerAsync(account, payer.Id, payer.ClinicName, null, cancellationToken));
        }
        return payer.CustomerId!;
    }
}
