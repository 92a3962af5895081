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

/// <param name="Roles">In which the person is on the rota, or has been within a year.</param>
/// <param name="Payee">Null until something has been entered.</param>
public sealed record PayeeRow(Guid PersonId, string Name, IReadOnlyList<DutyRole> Roles, Payee? Payee);

public sealed record PayeeModel(PayeeRow Row, PayeeAccount? Account, TimeZoneInfo Zone, FormState Form);

/// <param name="Version">What was seen of it; null where nothing was there.</param>
public sealed record PayeeEntry(PayKind? AsDoctor, PayKind? AsDriver, string? RegistrationNumber, string? EmployeeNumber, AccountInput Account, uint? Version);

/// <summary>How the doctors and drivers of the rota are engaged, and to which account they are paid, by the secretariat.</summary>
public sealed class ArrangePayeesHandler(BillingContext db, IDutyPeople people, CurrentUser user, ITenantResolver tenants, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Who has worked this long ago may still be owed something.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(366);

    private TimeZoneInfo Zone => tenants.ById(user.TenantId!.Value)!.Zone;

    public async Task<(IReadOnlyList<PayeeRow> Rows, TimeZoneInfo Zone)> ListAsync(CancellationToken cancellationToken)
    {
        var payees = await db.Payees.AsNoTracking().ToListAsync(cancellationToken);
        var rows = Rows(await people.EndingAfterAsync(clock.GetUtcNow() - Remembered, cancellationToken), payees);
        audit.Listed("payee", payees.Select(payee => (payee.TenantId, payee.Id)));
        return (rows, Zone);
    }

    public async Task<PayeeModel?> ShowAsync(Guid id, FormState form, CancellationToken cancellationToken)
    {
        var payee = await db.Payees.AsNoTracking().Include(p => p.Changes.OrderByDescending(change => change.At)).SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (await RowAsync(id, payee, cancellationToken) is not { } row)
        {
            return null;
        }
        if (payee is not null)
        {
            audit.Opened(payee.TenantId, "payee", id);
        }
        return new PayeeModel(row, payee?.SealedAccount?.Value, Zone, form);
    }

    public async Task<Result<Guid>> WriteAsync(Guid id, PayeeEntry entry, CancellationToken cancellationToken)
    {
        await LockAsync(db, id, cancellationToken);
        var payee = await db.Payees.SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (await RowAsync(id, payee, cancellationToken) is not { } row)
        {
            return Error.NotFound("payee.not-found");
        }
        if (payee?.Version != entry.Version)
        {
            return Error.Conflict("changed-meanwhile");
        }
        var errors = new List<Error>();
        var engagement = new PayeeEngagement(
            entry.AsDoctor, entry.AsDriver, PayeeNumbers.Registration(entry.RegistrationNumber, errors), PayeeNumbers.Employee(entry.EmployeeNumber, errors));
        var account = entry.Account.Read(errors);
        if (engagement.EmployeeNumber is { } number && await db.Payees.AnyAsync(p => p.Id != id && p.EmployeeNumber == number, cancellationToken))
        {
            errors.Add(Error.OnField("employeeNumber", "payee.number-taken"));
        }
        if (errors.Count > 0)
        {
            return Result<Guid>.Refused(errors);
        }
        if (payee is null)
        {
            db.Payees.Add(payee = Payee.For(user.TenantId!.Value, id, row.Name));
        }
        if (!payee.Write(engagement, account, user, clock.GetUtcNow()))
        {
            return new Error("payee.unchanged");
        }
        await db.SaveChangesAsync(cancellationToken);
        audit.Changed(payee.TenantId, "payee", id);
        return id;
    }

    /// <summary>Until the end of the transaction nobody else enters this person's account.</summary>
    internal static Task LockAsync(BillingContext db, Guid person, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({"payee:" + person}, 0))", cancellationToken);

    private async Task<PayeeRow?> RowAsync(Guid id, Payee? payee, CancellationToken cancellationToken) =>
        Rows([.. (await people.EndingAfterAsync(clock.GetUtcNow() - Remembered, cancellationToken)).Where(person => person.Id.Value == id)], payee is null ? [] : [payee]).SingleOrDefault();

    /// <summary>Whoever is on the rota, and whoever was once entered.</summary>
    private static List<PayeeRow> Rows(IReadOnlyList<DutyPerson> onRota, IReadOnlyList<Payee> payees)
    {
        var known = payees.ToDictionary(payee => payee.Id);
        var rows = onRota.GroupBy(person => person.Id.Value)
            .Select(person => new PayeeRow(person.Key, person.First().Name, [.. person.Select(one => one.Role).Order()], known.GetValueOrDefault(person.Key))).ToList();
        rows.AddRange(payees.Where(payee => rows.TrueForAll(row => row.PersonId != payee.Id)).Select(payee => new PayeeRow(payee.Id, payee.Name, [], payee)));
        return rows;
    }
}
