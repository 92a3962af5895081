using System.Globalization;
using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Patients.AccessLog;

/// <param name="Patient">One of the clinic's own; all when left out.</param>
/// <param name="From">As <c>2026-11-01</c>, included; the last thirty days when left out.</param>
/// <param name="Until">Included; today when left out.</param>
/// <param name="Person">Account of whoever looked.</param>
/// <param name="Others">Only other organisations.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record LooksInput(Guid? Patient, string? From, string? Until, Guid? Person, bool Others, string? After);

/// <summary>One look or change, in words.</summary>
/// <param name="Foreign">Of another organisation than the clinic.</param>
/// <param name="Why">A case's number, or the words of whoever looked.</param>
public sealed record LookLine(
    string At, Guid PersonId, string Person, string Role, string? Organisation, bool Foreign, IReadOnlyList<LookedPatient> Patients, string What, string? Why,
    bool BreakGlass, string? From);

public sealed record LookedPatient(Guid Id, string Name);

/// <summary>What the patient was told already.</summary>
public sealed record IssuedSheet(Guid Id, string Number, DateOnly From, DateOnly Until, string IssuedAt, string IssuedByName);

/// <param name="PersonName">Of the person that is filtered by, where one is.</param>
/// <param name="Sheets">Issued for the one patient, the last one first.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record LooksModel(
    LooksInput Asked, DateOnly From, DateOnly Until, IReadOnlyList<LookedPatient> Patients, IReadOnlyList<LookLine> Lines, IReadOnlyList<IssuedSheet> Sheets,
    string? PersonName, string? Next)
{
    /// <summary>The same question of another part of the log.</summary>
    public string Path(string path, LooksInput asked) => path + string.Concat(new (string Name, string? Value)[]
    {
        ("patient", asked.Patient?.ToString()), ("from", Day(From)), ("until", Day(Until)), ("person", asked.Person?.ToString()),
        ("others", asked.Others ? "true" : null), ("after", asked.After),
    }.Where(part => part.Value is not null).Select((part, i) => $"{(i == 0 ? '?' : '&')}{part.Name}={Uri.EscapeDataString(part.Value!)}"));

    public static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>閲覧記録: who looked at the clinic's patients, for its doctors and its administrator. Reading it is on record itself.</summary>
public sealed class ShowLooks(
    PatientsDbContext db, PatientLooks looks, LookWords words, CurrentUser user, AuditTrail audit, ITenantResolver tenants, TimeProvider clock,
    IStringLocalizer<PatientsText> text)
{
    private const int PageSize = 50;
    private const int ExportBatch = 1_000;
    private const int MostExported = 20_000;
    private const int DaysShown = 30;
    private const int MostSheets = 20;

    private TimeZoneInfo Zone => tenants.ById(user.TenantId!.Value)!.Zone;

    public async Task<Result<LooksModel>> HandleAsync(LooksInput input, CancellationToken cancellationToken)
    {
        var asked = await AskAsync(input, cancellationToken);
        if (!asked.Succeeded)
        {
            return Result<LooksModel>.Refused(asked.Errors);
        }
        var (query, patients, from, until) = asked.Value;
        var after = ListCursor.TryParse(input.After ?? "", out var place, out _) ? place : ListCursor.End;
        var found = await looks.ReadAsync(query, after, PageSize + 1, cancellationToken);
        var shown = found.Take(PageSize).ToList();
        audit.Opened(query.Tenant, "access-log", user.OrganisationId!.Value, patient: input.Patient);
        return new LooksModel(
            input, from, until, [.. patients.Select(p => new LookedPatient(p.Key, p.Value))], shown.ConvertAll(look => Line(look, patients)),
            await SheetsAsync(input.Patient, cancellationToken),
            input.Person is null || shown.Count == 0 ? null : shown[0].Entry.ActorName,
            found.Count > PageSize ? new ListCursor(shown[^1].Entry.At, shown[^1].Entry.Id).ToString() : null);
    }

    /// <summary>The same as a file, up to twenty thousand lines.</summary>
    public async Task<Result<byte[]>> ExportAsync(LooksInput input, CancellationToken cancellationToken)
    {
        var asked = await AskAsync(input, cancellationToken);
        if (!asked.Succeeded)
        {
            return Result<byte[]>.Refused(asked.Errors);
        }
        var (query, patients, from, until) = asked.Value;
        var rows = new List<string?[]> { new[] { "At", "Patient", "Person", "Role", "Organisation", "What", "Why", "BreakGlass", "From" }.Select(c => text[$"Looks.{c}"].Value).ToArray() };
        var place = ListCursor.End;
        for (var more = true; more && rows.Count <= MostExported;)
        {
            var found = await looks.ReadAsync(query, place, ExportBatch, cancellationToken);
            rows.AddRange(found.Select(look => Line(look, patients)).Select(line => new[]
            {
                line.At, string.Join(" / ", line.Patients.Select(p => p.Name)), line.Person, line.Role, line.Organisation, line.What, line.Why,
                line.BreakGlass ? text["Looks.BreakGlass"].Value : null, line.From,
            }));
            more = found.Count == ExportBatch;
            place = more ? new ListCursor(found[^1].Entry.At, found[^1].Entry.Id) : place;
        }
        audit.Exported(
            "access-log", [(query.Tenant, user.OrganisationId!.Value, input.Patient)], $"csv {LooksModel.Day(from)}/{LooksModel.Day(until)}");
        return CsvText.File(rows);
    }

    private async Task<IReadOnlyList<IssuedSheet>> SheetsAsync(Guid? patient, CancellationToken cancellationToken) => patient is null ? [] :
    [
        .. (await db.LookSheets.AsNoTracking().Where(i => i.PatientId == patient).OrderByDescending(i => i.IssuedAt).Take(MostSheets).ToListAsync(cancellationToken))
            .Select(i => new IssuedSheet(i.Id, i.Number, i.From, i.Until, ScreenDates.NearDayAndTime(i.IssuedAt, Zone), i.IssuedByName)),
    ];

    /// <summary>The clinic's own patients, by name; whoever asks for another gets what one who does not exist would get.</summary>
    private async Task<Result<(LookQuery Query, Dictionary<Guid, string> Patients, DateOnly From, DateOnly Until)>> AskAsync(
        LooksInput input, CancellationToken cancellationToken)
    {
        if (!user.Is(Roles.ClinicDoctor) && !user.IsAdministrator)
        {
            return Error.Forbidden("forbidden");
        }
        var clinic = user.OrganisationId!.Value;
        var patients = (await db.Patients.AsNoTracking().Where(p => p.PrimaryClinicId == clinic).OrderBy(p => p.FamilyKana).ThenBy(p => p.GivenKana)
            .Select(p => new { p.Id, p.FamilyName, p.GivenName }).ToListAsync(cancellationToken)).ToDictionary(p => p.Id, p => $"{p.FamilyName} {p.GivenName}");
        if (input.Patient is { } one && !patients.ContainsKey(one))
        {
            return Error.NotFound("patient.not-found");
        }
        var today = WallClock.Of(clock.GetUtcNow(), Zone).Date;
        var until = DayOf(input.Until) ?? today;
        var from = DayOf(input.From) ?? until.AddDays(-DaysShown);
        return (new LookQuery(
            user.TenantId!.Value, input.Patient is { } only ? [only] : patients.Keys, StartOf(from, Zone), StartOf(until.AddDays(1), Zone), input.Person,
            input.Others ? clinic : null), patients, from, until);
    }

    private LookLine Line(PatientLook look, Dictionary<Guid, string> patients)
    {
        var entry = look.Entry;
        return new LookLine(
            ScreenDates.NearDayAndTime(entry.At, Zone), entry.ActorId, entry.ActorName, words.Role(entry), entry.OrganisationName,
            entry.OrganisationId != user.OrganisationId, [.. look.PatientIds.Select(id => new LookedPatient(id, patients[id]))], words.What(entry), words.Why(entry),
            entry.BreakGlass, string.Join(" · ", new[] { entry.Origin, entry.Agent }.OfType<string>()));
    }

    /// <summary>Within what the calendar and the database know.</summary>
    internal static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 2200 ? day : null;

    internal static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
