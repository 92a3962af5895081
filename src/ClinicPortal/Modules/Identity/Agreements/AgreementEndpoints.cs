using System.Globalization;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.Agreements;

/// <param name="Association">As it is called; its id where it is not there any more.</param>
public sealed record AgreementRow(Agreement Agreement, AgreementState State, string Association, string Desk, string Partner);

public sealed record AgreementsModel(IReadOnlyList<AgreementRow> Agreements, AgreementSide Side, TimeZoneInfo Zone);

public sealed record AgreementModel(FormState Form, AgreementRow Row, IReadOnlyList<AgreementEvent> History, AgreementSide Side, TimeZoneInfo Zone);

public sealed record NewAgreementModel(FormState Form, AgreementSide Side, IReadOnlyList<(Guid Id, string Name)> Others);

internal static class AgreementEndpoints
{
    public const string Path = "/agreements";

    public static void MapAgreements(this IEndpointRouteBuilder app)
    {
        // Who administers a clinic or a facility is no party: a desk's people and the secretariat are.
        var agreements = app.MapGroup(Path).RequireAdministrator().RequireRoles(Roles.Secretariat, Roles.DeskOperator, Roles.NightDoctor, Roles.Driver)
            .AddEndpointFilter(async (context, next) =>
                AgreementParty.Of(context.HttpContext.RequestServices.GetRequiredService<CurrentUser>()) is null
                    ? Results.StatusCode(StatusCodes.Status403Forbidden) : await next(context));
        agreements.MapGet("", async (ShowAgreements show, PageRenderer pages, CancellationToken ct) =>
            pages.Page<AgreementsPage>(new { Model = await show.AllAsync(ct) }));
        agreements.MapGet("/new", (ShowAgreements show, PageRenderer pages) => NewPage(FormState.Empty, show, pages));
        agreements.MapPost("/new", (FormPost post, DraftAgreement draft, PlaceOfRequest place, ShowAgreements show, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(form => draft.HandleAsync(Read(form), place.Zone, ct), id => $"{Path}/{id}", state => Task.FromResult(NewPage(state, show, pages)), ct));
        agreements.MapGet("/{id:guid}", (Guid id, ShowAgreements show, PageRenderer pages, CancellationToken ct) => OnePageAsync(id, FormState.Empty, show, pages, ct));
        agreements.MapPost("/{id:guid}/sign", (Guid id, FormPost post, SignAgreement sign, PlaceOfRequest place, ShowAgreements show, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(
                form => sign.HandleAsync(id, form.Text("text-version"), form.Checked("read"), place.Zone, ct), _ => $"{Path}/{id}",
                state => OnePageAsync(id, state, show, pages, ct), ct));
        agreements.MapPost("/{id:guid}/revoke", (Guid id, FormPost post, RevokeAgreement revoke, ShowAgreements show, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => revoke.HandleAsync(id, ct), _ => $"{Path}/{id}", state => OnePageAsync(id, state, show, pages, ct), ct));
    }

    private static DraftInput Read(FormPost form) => new(
        form.Value<Guid>("other"), form.WrittenDay("from", out var fromUnreadable), fromUnreadable, form.WrittenDay("until", out var untilUnreadable), untilUnreadable,
        form.All("nights").Sum(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var bit) && bit < 128 ? bit : 0),
        form.Text(FormState.KeyField)!);

    private static IResult NewPage(FormState state, ShowAgreements show, PageRenderer pages) => pages.Page<NewAgreementPage>(new { Model = show.New(state) });

    private static async Task<IResult> OnePageAsync(Guid id, FormState state, ShowAgreements show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.OneAsync(id, state, cancellationToken) is { } model ? pages.Page<AgreementPage>(new { Model = model }) : Results.NotFound();
}

/// <summary>The agreements of the caller's association or desk.</summary>
internal sealed class ShowAgreements(AgreementRows rows, ITenantResolver tenants, PlaceOfRequest place, CurrentUser user, TimeProvider clock)
{
    private AgreementParty Party => AgreementParty.Of(user) ?? throw new InvalidOperationException("The route lets parties in only.");

    public async Task<AgreementsModel> AllAsync(CancellationToken cancellationToken) =>
        new([.. (await rows.OfAsync(Party, cancellationToken)).Select(Row)], Party.Side, place.Zone);

    /// <returns>Null when there is no such agreement of the caller's.</returns>
    public async Task<AgreementModel?> OneAsync(Guid id, FormState form, CancellationToken cancellationToken) =>
        await rows.FindAsync(Party, id, cancellationToken) is { } agreement
            ? new AgreementModel(form, Row(agreement), await rows.HistoryAsync(agreement, cancellationToken), Party.Side, place.Zone)
            : null;

    public NewAgreementModel New(FormState form) => new(form, Party.Side, Party.Side == AgreementSide.Association
        ? [.. tenants.Desks.Select(d => (d.Id, d.Settings.Name.ToString())).OrderBy(d => d.Item2, StringComparer.Ordinal)]
        : [.. tenants.Tenants.Select(t => (t.Id, t.Name.ToString())).OrderBy(t => t.Item2, StringComparer.Ordinal)]);

    private AgreementRow Row(Agreement agreement)
    {
        var desk = tenants.DeskById(agreement.DeskId);
        return new AgreementRow(
            agreement, agreement.StateAt(clock.GetUtcNow(), place.Zone), Name(tenants.ById(agreement.TenantId)?.Name, agreement.TenantId),
            Name(desk?.Settings.Name, agreement.DeskId), Name(desk?.Settings.OperatingPartner.Name, agreement.DeskId));
    }

    private static string Name(LocalizedText? name, Guid id) => name?.ToString() ?? $"{id}";
}
