using System.Globalization;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <param name="Version">The latest, upon which the form builds; 0 before the first.</param>
/// <param name="Wrong">How many mistakes each page has.</param>
/// <param name="Theirs">What somebody else changed since the refused form was opened.</param>
public sealed record StepModel(
    AssociationRow Association, SettingsStep Step, SettingsDraft Draft, int Version, IReadOnlyDictionary<string, int> Wrong, IReadOnlyList<SettingsChange> Theirs,
    IReadOnlyList<DeskInfo> Desks)
{
    public string Name => Draft.Find(SettingsPart.Settings, "name.ja")?.ToString() ?? Association.Identifier;
}

/// <summary>
/// One page of an association's settings, read and written. A draft is saved page by page, each by the rules of the files; once the
/// association is open, only settings that are right as a whole are, from a day on.
/// </summary>
public sealed class EditSettings(SettingsVersions versions, ITenantResolver tenants, IEnumerable<ISettingsInUse> uses, AuditTrail audit, TimeProvider clock)
{
    public const string VersionField = "version";
    public const string StartField = "startsOn";
    public const string RecordKind = "association-settings";

    /// <param name="begin">Shows the sample of a section that is not there yet.</param>
    public async Task<StepModel?> ShowAsync(Guid id, string stepName, string? seenVersion, bool begin, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { BooksDeletedAt: null } association)
        {
            return null;
        }
        var all = await versions.AllAsync(id, cancellationToken);
        var draft = Latest(association, all);
        Begin(draft, stepName, begin);
        return SettingsSteps.Find(stepName, draft) is { } step
            ? new StepModel(association, step, draft, Number(all), Wrong(draft, Check(draft)), Theirs(all, seenVersion), Desks())
            : null;
    }

    /// <returns>The next page's name; null after the last, and for an open association.</returns>
    public async Task<Result<string?>> SaveAsync(Guid id, string stepName, FormPost form, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { BooksDeletedAt: null } association)
        {
            return Error.NotFound("association.not-found");
        }
        if (tenants.ById(id)?.IsHeldAt(clock.GetUtcNow()) == true)
        {
            return Error.Conflict("association-closed");
        }
        var all = await versions.AllAsync(id, cancellationToken);
        var draft = Latest(association, all);
        Begin(draft, stepName, form.Checked(OnlineSettings.Section));
        if (SettingsSteps.Find(stepName, draft) is not { } step)
        {
            return Error.NotFound("association.not-found");
        }
        if (form.Value<int>(VersionField) != Number(all))
        {
            return Error.Conflict("association.changed");
        }
        if (await WriteAsync(association, draft, step, form, cancellationToken) is { Count: > 0 } unreadable)
        {
            return Result<string?>.Refused(unreadable);
        }
        var reading = Check(draft);
        var wrong = reading.Problems.Where(p => association.IsOpen || step.Has(p.Part, p.Problem.Field)).ToList();
        if (wrong.Count > 0)
        {
            return Result<string?>.Refused([.. wrong.Select(p => OnField(SettingsSteps.Find(stepName, draft)!, p.Part, p.Problem))]);
        }
        if (await InUseAsync(association, reading, cancellationToken) is { } used)
        {
            return used;
        }
        var start = StartOf(association, form, all.FirstOrDefault()?.StartsAt, out var early);
        if (early is not null)
        {
            return early;
        }
        return await AddAsync(association, Number(all), draft, reading, start, cancellationToken)
            ? Result<string?>.Of(association.IsOpen ? null : Next(step, SettingsSteps.Find(stepName, draft)!))
            : Error.Conflict("association.changed");
    }

    private async Task<Error?> InUseAsync(AssociationRow association, SettingsReading reading, CancellationToken cancellationToken)
    {
        if (association.IsOpen && reading.Document is { } document)
        {
            foreach (var use in uses)
            {
                if (await use.RefuseAsync(association.Id, document.Settings, cancellationToken) is { } refusal)
                {
                    return refusal;
                }
            }
        }
        return null;
    }

    /// <summary>The same page again where something was added to it that has to be written.</summary>
    private static string? Next(SettingsStep sent, SettingsStep saved) =>
        saved.Groups.Select(g => g.Heading).Except(sent.Groups.Select(g => g.Heading)).Any() ? saved.Name : SettingsSteps.Names.SkipWhile(n => n != saved.Name).Skip(1).FirstOrDefault();

    internal async Task<bool> AddAsync(
        AssociationRow association, int after, SettingsDraft draft, SettingsReading reading, DateTimeOffset start, CancellationToken cancellationToken)
    {
        var (json, sha256) = draft.ToStored(reading);
        audit.Changed(association.Id, RecordKind, association.Id, $"{after + 1}");
        return await versions.AddAsync(association.Id, after, json, sha256, start, cancellationToken);
    }

    internal SettingsReading Check(SettingsDraft draft) => draft.Check(desk => tenants.Desks.Any(d => d.Identifier == desk));

    internal IReadOnlyDictionary<string, int> Wrong(SettingsDraft draft, SettingsReading reading) => SettingsSteps.Names.ToDictionary(
        name => name, name => reading.Problems.Count(p => SettingsSteps.Find(name, draft)!.Has(p.Part, p.Problem.Field)));

    internal static SettingsDraft Latest(AssociationRow association, IReadOnlyList<SettingsVersion> all) =>
        all is [var latest, ..] ? SettingsDraft.Of(latest.Json) : SettingsDraft.Sample(association.Identifier);

    internal static int Number(IReadOnlyList<SettingsVersion> all) => all.FirstOrDefault()?.Number ?? 0;

    private static IReadOnlyList<SettingsChange> Theirs(IReadOnlyList<SettingsVersion> all, string? seenVersion) =>
        int.TryParse(seenVersion, out var seen) && all.FirstOrDefault(v => v.Number == seen) is { } before && before != all[0]
            ? SettingsDraft.Changes(SettingsDraft.Of(before.Json), SettingsDraft.Of(all[0].Json)) : [];

    private static async Task<IReadOnlyList<Error>> WriteAsync(
        AssociationRow association, SettingsDraft draft, SettingsStep step, FormPost form, CancellationToken cancellationToken)
    {
        if (step.Name == PriceSettings.Step)
        {
            if (association.IsOpen)
            {
                PriceSettings.Begin(draft, form);
            }
            PriceSettings.Write(draft, step, path => InLastPrices(path, draft), form);
            return [];
        }
        if (step.Name == RateSettings.Step)
        {
            if (association.IsOpen)
            {
                RateSettings.Begin(draft, form);
            }
            RateSettings.Write(draft, step, path => $"tables[{RateSettings.Last(draft)}]{path[(path.IndexOf(']') + 1)..]}", form);
            return [];
        }
        if (step.Name == OnlineSettings.Step)
        {
            OnlineSettings.Write(draft, step, form);
            return [];
        }
        foreach (var field in step.Fields)
        {
            WrittenSetting.Write(draft, step.Part, field, field.Path, form);
        }
        return step.Name switch
        {
            "areas" => await UploadedFile.AreasAsync(draft, form.File("areas"), cancellationToken),
            "look" => await UploadedFile.LogoAsync(draft, form.File("logo"), cancellationToken),
            _ => [],
        };
    }

    private static string InLastPrices(string path, SettingsDraft draft) => $"versions[{PriceSettings.Last(draft)}]{path[(path.IndexOf(']') + 1)..]}";

    private static Error OnField(SettingsStep step, SettingsPart part, SettingsProblem problem)
    {
        var field = step.Part == part ? step.FieldOf(problem.Field) : null;
        var place = part switch
        {
            SettingsPart.Logo => "logo",
            SettingsPart.Areas => "areas",
            _ => field?.Path ?? "",
        };
        return LineIn(field, problem.Field) is { } line
            ? Error.OnField(place, "settings.problem-in-line", problem.Message, line) : Error.OnField(place, "settings.problem", problem.Message);
    }

    /// <summary>Of a list that is written as lines: which of them.</summary>
    private static int? LineIn(SettingField? field, string path) =>
        field?.Kind is SettingKind.Rows or SettingKind.Questions or SettingKind.Codes && path.Length > field.Path.Length && path[field.Path.Length] == '['
            && int.TryParse(path[(field.Path.Length + 1)..path.IndexOf(']', field.Path.Length)], CultureInfo.InvariantCulture, out var index) ? index + 1 : null;

    private static void Begin(SettingsDraft draft, string stepName, bool wanted)
    {
        SettingsSteps.OfferInvoicing(draft, stepName);
        if (wanted && stepName == OnlineSettings.Step && !OnlineSettings.IsOn(draft))
        {
            OnlineSettings.Offer(draft);
        }
        if (stepName == RateSettings.Step && draft.Find(SettingsPart.Pay, "") is null)
        {
            draft.Set(SettingsPart.Pay, "", SettingsDraft.PaySample());
        }
    }

    /// <summary>From now on, or from the change of day of a later date.</summary>
    private DateTimeOffset StartOf(AssociationRow association, FormPost form, DateTimeOffset? latest, out Error? early)
    {
        var now = clock.GetUtcNow();
        early = null;
        if (!association.IsOpen || tenants.ById(association.Id) is not { } tenant)
        {
            return now;
        }
        var date = form.Value<DateOnly>(StartField);
        var start = date is { } day && day > WallClock.Of(now, tenant.Zone).Date ? WallClock.At(day, tenant.Settings.OutOfHours.DayChange, tenant.Zone).ToUniversalTime() : now;
        if (date is null && form.Text(StartField) is not null)
        {
            early = Error.OnField(StartField, "settings.no-date");
        }
        else if (start < latest)
        {
            early = Error.OnField(StartField, "settings.later-planned", ScreenDates.NearDayAndTime(latest.Value, tenant.Zone));
        }
        return start;
    }

    private IReadOnlyList<DeskInfo> Desks() => [.. tenants.Desks.OrderBy(d => d.Identifier, StringComparer.Ordinal)];
}
