using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <param name="Changes">Against the version before it.</param>
public sealed record VersionRow(SettingsVersion Version, IReadOnlyList<SettingsChange> Changes);

/// <param name="Preview">Null as long as a page is unfinished.</param>
/// <param name="Administrator">Null before the opening.</param>
public sealed record AssociationModel(
    AssociationRow Association, string Name, string Host, int Version, IReadOnlyDictionary<string, int> Wrong, SettingsPreview? Preview, TimeZoneInfo Zone,
    IReadOnlyList<VersionRow> History, bool HasLogo, FirstAdministrator? Administrator);

/// <summary>From a reserved name to an open association: registers it, shows what its settings come to, takes them back, opens it.</summary>
public sealed class OpenAssociation(SettingsVersions versions, EditSettings edit, IFirstAdministrators administrators, ITenantResolver tenants, TimeProvider clock)
{
    private static readonly TimeZoneInfo Tokyo = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    public async Task<Result<Guid>> RegisterAsync(FormPost form, CancellationToken cancellationToken)
    {
        if (form.Text("identifier")?.ToLowerInvariant() is not { } identifier)
        {
            return Error.OnField("identifier", "required");
        }
        if (!HostName.IsWellFormed(identifier))
        {
            return Error.OnField("identifier", "settings.not-a-host");
        }
        if (HostName.IsReserved(identifier))
        {
            return Error.OnField("identifier", "settings.host-reserved");
        }
        var id = StableId.Of("tenant", identifier);
        return await versions.RegisterAsync(id, identifier, cancellationToken) ? id : Error.OnField("identifier", "settings.host-taken");
    }

    public async Task<AssociationModel?> ShowAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { BooksDeletedAt: null } association)
        {
            return null;
        }
        var all = await versions.AllAsync(id, cancellationToken);
        var draft = EditSettings.Latest(association, all);
        var reading = edit.Check(draft);
        var zone = reading.Document is { } document ? TimeZoneInfo.FindSystemTimeZoneById(document.Settings.Zone) : Tokyo;
        var drafts = all.Select(v => SettingsDraft.Of(v.Json)).ToList();
        return new AssociationModel(
            association, draft.Find(SettingsPart.Settings, "name.ja")?.ToString() ?? association.Identifier, association.Identifier, EditSettings.Number(all),
            edit.Wrong(draft, reading), Preview(reading.Document, id, zone), zone,
            [.. all.Select((v, i) => new VersionRow(v, i + 1 < drafts.Count ? SettingsDraft.Changes(drafts[i + 1], drafts[i]) : []))],
            draft.Find(SettingsPart.Logo, "") is not null, association.IsOpen ? await administrators.FindAsync(id, cancellationToken) : null);
    }

    /// <summary>The logo as it will be; only what has passed the rules for logos is shown.</summary>
    public async Task<string?> LogoAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { BooksDeletedAt: null } association)
        {
            return null;
        }
        var draft = EditSettings.Latest(association, await versions.AllAsync(id, cancellationToken));
        return edit.Check(draft).Problems.Any(p => p.Part == SettingsPart.Logo) ? null : draft.Find(SettingsPart.Logo, "")?.ToString();
    }

    /// <returns>Null when there is no such association, or its settings are not complete yet.</returns>
    public async Task<TenantDocument?> DocumentAsync(Guid id, CancellationToken cancellationToken) =>
        await versions.FindAsync(id, cancellationToken) is { BooksDeletedAt: null } association
            ? edit.Check(EditSettings.Latest(association, await versions.AllAsync(id, cancellationToken))).Document : null;

    /// <summary>Makes an earlier version the latest again; that too is a version.</summary>
    public async Task<Result<Guid>> RestoreAsync(Guid id, FormPost form, CancellationToken cancellationToken)
    {
        var found = await UnopenedAsync(id, form, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<Guid>.Refused(found.Errors);
        }
        var (association, all) = found.Value;
        if (all.FirstOrDefault(v => v.Number == form.Value<int>("restore")) is not { } earlier)
        {
            return Error.NotFound("association.not-found");
        }
        var draft = SettingsDraft.Of(earlier.Json);
        return await edit.AddAsync(association, EditSettings.Number(all), draft, edit.Check(draft), clock.GetUtcNow(), cancellationToken)
            ? id : Error.Conflict("association.changed");
    }

    /// <summary>Its host answers on all nodes within seconds; from here on settings change by new versions only.</summary>
    public async Task<Result<Guid>> OpenAsync(Guid id, FormPost form, CancellationToken cancellationToken)
    {
        var found = await UnopenedAsync(id, form, cancellationToken);
        if (!found.Succeeded)
        {
            return Result<Guid>.Refused(found.Errors);
        }
        var (association, all) = found.Value;
        if (form.Text("confirm") != association.Identifier)
        {
            return Error.OnField("confirm", "association.confirm", association.Identifier);
        }
        var draft = EditSettings.Latest(association, all);
        draft.Set(SettingsPart.Settings, "open", true);
        var reading = edit.Check(draft);
        if (reading.Document is null)
        {
            return new Error("association.incomplete", Args: reading.Problems.Count);
        }
        return await edit.AddAsync(association, EditSettings.Number(all), draft, reading, clock.GetUtcNow(), cancellationToken) && await versions.OpenAsync(id, cancellationToken)
            ? id : Error.Conflict("association.changed");
    }

    /// <summary>An association that can still be changed at will, if nobody has since the form was drawn.</summary>
    private async Task<Result<(AssociationRow Association, List<SettingsVersion> All)>> UnopenedAsync(Guid id, FormPost form, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, cancellationToken) is not { BooksDeletedAt: null } association)
        {
            return Error.NotFound("association.not-found");
        }
        if (association.IsOpen)
        {
            return Error.Conflict("association.open-already");
        }
        var all = await versions.AllAsync(id, cancellationToken);
        return form.Value<int>(EditSettings.VersionField) == EditSettings.Number(all) ? (association, all) : Error.Conflict("association.changed");
    }

    private SettingsPreview? Preview(TenantDocument? document, Guid id, TimeZoneInfo zone) => document is null ? null : SettingsPreview.Of(
        document, WallClock.Of(clock.GetUtcNow(), zone).Date,
        tenants.Tenants.Where(t => t.Id != id).OrderBy(t => t.Identifier, StringComparer.Ordinal).Select(t => (t.Name.ToString(), t.Document.Areas)));
}
