using ClinicPortal.Modules.Billing.Data;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Roster.Contracts;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Billing.Payees;

/// <summary>What one association has of the reader.</summary>
public sealed record OwnPayeePart(TenantInfo Association, DutyRole Role, Payee? Payee, PayeeAccount? Account)
{
    public PayKind? Kind => Role == DutyRole.Doctor ? Payee?.AsDoctor : Payee?.AsDriver;
}

/// <param name="Refused">To whose form <paramref name="Form"/> belongs.</param>
public sealed record OwnPayeeModel(IReadOnlyList<OwnPayeePart> Parts, Guid? Refused, FormState Form);

/// <summary>A doctor's or driver's own account for pay, at each association for which the person works.</summary>
public sealed class OwnPayeeHandler(BillingContext db, IDutyPeople people, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    private DutyRole Role => user.Is(Roles.NightDoctor) ? DutyRole.Doctor : DutyRole.Driver;

    public async Task<OwnPayeeModel> ShowAsync(FormState form, CancellationToken cancellationToken)
    {
        var payees = await db.Payees.AsNoTracking().Include(p => p.Changes.OrderByDescending(change => change.At)).Where(p => p.Id == user.Id).ToListAsync(cancellationToken);
        foreach (var payee in payees)
        {
            audit.Opened(payee.TenantId, "payee", payee.Id);
        }
        var worksFor = (await OwnAsync(cancellationToken)).Select(person => person.Tenant.Value).Union(payees.Select(payee => payee.TenantId));
        return new OwnPayeeModel(
        [
            .. from association in worksFor.Select(id => tenants.ById(id)!)
               orderby association.Identifier
               let payee = payees.Find(p => p.TenantId == association.Id)
               select new OwnPayeePart(association, Role, payee, payee?.SealedAccount?.Value),
        ], Guid.TryParse(form.Value("association"), out var refused) ? refused : null, form);
    }

    public async Task<Result<Guid>> WriteAsync(Guid? association, string? registrationNumber, AccountInput input, uint? version, CancellationToken cancellationToken)
    {
        await ArrangePayeesHandler.LockAsync(db, user.Id, cancellationToken);
        var payee = await db.Payees.SingleOrDefaultAsync(p => p.TenantId == association && p.Id == user.Id, cancellationToken);
        var person = (await OwnAsync(cancellationToken)).FirstOrDefault(one => one.Tenant.Value == association);
        if (payee is null && person is null)
        {
            return Error.NotFound("payee.not-found");
        }
        if (payee?.Version != version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var errors = new List<Error>();
        var number = PayeeNumbers.Registration(registrationNumber, errors);
        var account = input.Read(errors);
        if (errors.Count > 0)
        {
            return Result<Guid>.Refused(errors);
        }
        if (payee is null)
        {
            db.Payees.Add(payee = Payee.For(person!.Tenant.Value, user.Id, person.Name));
        }
        if (!payee.Write(payee.Engagement with { RegistrationNumber = number }, account, user, clock.GetUtcNow()))
        {
            return new Error("payee.unchanged");
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(payee.TenantId, "payee", payee.Id);
        return payee.TenantId;
    }

    private async Task<IEnumerable<DutyPerson>> OwnAsync(CancellationToken cancellationToken) =>
        (await people.EndingAfterAsync(clock.GetUtcNow().AddYears(-1), cancellationToken)).Where(person => person.Id.Value == user.Id && person.Role == Role);
}
