using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Mvc;

namespace ClinicPortal.Modules.Associations.EditSettings;

internal static class SettingsEndpoints
{
    private const int MaxRequestBytes = 4 * 1024 * 1024;

    public static void MapSettings(this IEndpointRouteBuilder app)
    {
        app.MapGet("/associations", (SettingsVersions versions, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, versions, pages, ct))
            .RequireRoles(Roles.PlatformOperator);
        app.MapPost("/associations", (FormPost form, OpenAssociation open, SettingsVersions versions, PageRenderer pages, CancellationToken ct) => form.RunAsync(
                f => open.RegisterAsync(f, ct), id => $"/associations/{id}/names", state => ListAsync(state, versions, pages, ct), ct))
            .RequireRoles(Roles.PlatformOperator);
        var one = app.MapGroup("/associations/{association:guid}").WithinAssociation();
        one.MapGet("/", (Guid association, OpenAssociation open, PageRenderer pages, CancellationToken ct) => ShowAsync(association, FormState.Empty, open, pages, ct));
        one.MapPost("/open", (Guid association, FormPost form, OpenAssociation open, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => open.OpenAsync(association, f, ct), id => $"/associations/{id}", state => ShowAsync(association, state, open, pages, ct), ct));
        one.MapPost("/restore", (Guid association, FormPost form, OpenAssociation open, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => open.RestoreAsync(association, f, ct), id => $"/associations/{id}", state => ShowAsync(association, state, open, pages, ct), ct));
        one.MapPost("/administrator", (Guid association, FormPost form, InviteSecretary invite, OpenAssociation open, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => invite.HandleAsync(association, f, ct), id => $"/associations/{id}", state => ShowAsync(association, state, open, pages, ct), ct));
        one.MapGet("/settings.zip", DownloadAsync);
        one.MapGet("/logo.svg", LogoAsync);
        one.MapGet("/{step:alpha}", (Guid association, string step, bool? begin, EditSettings edit, PageRenderer pages, CancellationToken ct) =>
            StepAsync(association, step, FormState.Empty, begin == true, edit, pages, ct));
        one.MapPost("/{step:alpha}", (Guid association, string step, FormPost form, EditSettings edit, PageRenderer pages, CancellationToken ct) => form.RunAsync(
                f => edit.SaveAsync(association, step, f, ct), next => $"/associations/{association}{(next is null ? "" : $"/{next}")}",
                state => StepAsync(association, step, state, state.Value(OnlineSettings.Section) is not null, edit, pages, ct), ct))
            .WithMetadata(new RequestSizeLimitAttribute(MaxRequestBytes));
    }

    /// <summary>料金表 for the association's own secretariat: the same page by the same rules.</summary>
    public static void MapPrices(this IEndpointRouteBuilder app)
    {
        var prices = app.MapGroup("/prices").RequireRoles(Roles.Secretariat);
        prices.MapGet("", (CurrentUser user, EditSettings edit, TimeProvider clock, ITenantResolver tenants, PageRenderer pages, CancellationToken ct) =>
            PricesAsync(user, FormState.Empty, edit, clock, tenants, pages, ct));
        prices.MapPost("", (FormPost form, CurrentUser user, EditSettings edit, TimeProvider clock, ITenantResolver tenants, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => edit.SaveAsync(user.TenantId!.Value, PriceSettings.Step, f, ct), _ => "/prices", state => PricesAsync(user, state, edit, clock, tenants, pages, ct), ct));
    }

    /// <summary>単価表 of doctors and drivers, by the same rules.</summary>
    public static void MapPayRates(this IEndpointRouteBuilder app)
    {
        var rates = app.MapGroup("/pay-rates").RequireRoles(Roles.Secretariat);
        rates.MapGet("", (CurrentUser user, EditSettings edit, TimeProvider clock, ITenantResolver tenants, PageRenderer pages, CancellationToken ct) =>
            RatesAsync(user, FormState.Empty, edit, clock, tenants, pages, ct));
        rates.MapPost("", (FormPost form, CurrentUser user, EditSettings edit, TimeProvider clock, ITenantResolver tenants, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => edit.SaveAsync(user.TenantId!.Value, RateSettings.Step, f, ct), _ => "/pay-rates", state => RatesAsync(user, state, edit, clock, tenants, pages, ct), ct));
    }

    private static async Task<IResult> RatesAsync(
        CurrentUser user, FormState form, EditSettings edit, TimeProvider clock, ITenantResolver tenants, PageRenderer pages, CancellationToken cancellationToken) =>
        await edit.ShowAsync(user.TenantId!.Value, RateSettings.Step, form.Value(EditSettings.VersionField), false, cancellationToken) is { } model
            && tenants.ById(user.TenantId.Value) is { } tenant
            ? pages.Page<RatesPage>(new
            {
                Model = model, Today = WallClock.Of(clock.GetUtcNow(), tenant.Zone).Date, IsWritten = tenant.Document.Pay is not null, Form = form,
            }) : Results.NotFound();

    private static async Task<IResult> PricesAsync(
        CurrentUser user, FormState form, EditSettings edit, TimeProvider clock, ITenantResolver tenants, PageRenderer pages, CancellationToken cancellationToken) =>
        await edit.ShowAsync(user.TenantId!.Value, PriceSettings.Step, form.Value(EditSettings.VersionField), false, cancellationToken) is { } model
            ? pages.Page<PricesPage>(new { Model = model, Today = WallClock.Of(clock.GetUtcNow(), tenants.ById(user.TenantId.Value)!.Zone).Date, Form = form }) : Results.NotFound();

    private static async Task<IResult> ListAsync(FormState form, SettingsVersions versions, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<AssociationsPage>(new { Associations = await versions.ListAsync(cancellationToken), Form = form });

    private static async Task<IResult> ShowAsync(Guid id, FormState form, OpenAssociation open, PageRenderer pages, CancellationToken cancellationToken) =>
        await open.ShowAsync(id, cancellationToken) is { } model ? pages.Page<AssociationPage>(new { Model = model, Form = form }) : Results.NotFound();

    private static async Task<IResult> StepAsync(
        Guid id, string step, FormState form, bool begin, EditSettings edit, PageRenderer pages, CancellationToken cancellationToken) =>
        await edit.ShowAsync(id, step, form.Value(EditSettings.VersionField), begin, cancellationToken) is { } model
            ? pages.Page<StepPage>(new { Model = model, Form = form }) : Results.NotFound();

    private static async Task<IResult> DownloadAsync(Guid association, OpenAssociation open, TimeProvider clock, CancellationToken cancellationToken) =>
        await open.DocumentAsync(association, cancellationToken) is { } document
            ? Results.File(SettingsArchive.Zip(document, clock.GetUtcNow()), "application/zip", $"{document.Settings.Identifier}.zip") : Results.NotFound();

    private static async Task<IResult> LogoAsync(Guid association, HttpContext context, OpenAssociation open, CancellationToken cancellationToken)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        return await open.LogoAsync(association, cancellationToken) is { } svg ? Results.Text(svg, "image/svg+xml", System.Text.Encoding.UTF8) : Results.NotFound();
    }
}
