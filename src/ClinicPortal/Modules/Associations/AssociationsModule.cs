using ClinicPortal.Modules.Associations.AcceptTerms;
using ClinicPortal.Modules.Associations.ArrangePayment;
using ClinicPortal.Modules.Associations.ChangeMembership;
using ClinicPortal.Modules.Associations.Checklist;
using ClinicPortal.Modules.Associations.CloseAssociation;
using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Demo;
using ClinicPortal.Modules.Associations.EditSettings;
using ClinicPortal.Modules.Associations.ImportMembers;
using ClinicPortal.Modules.Associations.ListMembers;
using ClinicPortal.Modules.Associations.Remind;
using ClinicPortal.Modules.Associations.ShowMember;
using ClinicPortal.Modules.Associations.TestCalls;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Associations;

/// <summary>Who belongs to an association: member clinics, their physicians, care facilities.</summary>
public static class AssociationsModule
{
    public static IServiceCollection AddAssociations(this IServiceCollection services) => services
        .AddModuleContext<AssociationsDbContext>()
        .AddScoped<IMemberClinics, MemberClinics>()
        .AddScoped<ICareFacilities, CareFacilities>()
        .AddErrorTexts<AssociationsText>()
        .AddScoped<ListMembers.ListMembers>()
        .AddScoped<ShowMember.ShowMember>()
        .AddScoped<MemberCheck>()
        .AddScoped<MemberForm>()
        .AddScoped<AddMember>()
        .AddScoped<EditMember>()
        .AddScoped<ShowMembership>()
        .AddScoped<ChangeMembership.ChangeMembership>()
        .AddScoped<EndStaffAccess>()
        .AddScoped<InviteAdministrator>()
        .AddScoped<AskForReminder>()
        .AddScoped<RemindClinic>()
        .AddScoped<CheckOnboarding>()
        .AddScoped<OnboardingProgress>()
        .AddScoped<OwnClinic>()
        .AddScoped<ShowChecklist>()
        .AddScoped<WaiveStep>()
        .AddScoped<ShowTerms>()
        .AddScoped<AcceptTerms.AcceptTerms>()
        .AddScoped<ShowPayment>()
        .AddScoped<ArrangePayment.ArrangePayment>()
        .AddScoped<RequestTestCall>()
        .AddScoped<ListTestCalls>()
        .AddScoped<NoteTestCall>()
        .AddScoped<MemberImportCheck>()
        .AddScoped<StageMembers>()
        .AddScoped<PreviewMembers>()
        .AddScoped<ConfirmMembers>()
        .AddScoped<ITenantPart, AssociationsPart>()
        .AddErrorTexts<SettingsText>()
        .AddErrorTexts<ClosingText>()
        .AddScoped<CloseAssociation.CloseAssociation>()
        .AddScoped<TakeOver>()
        .AddScoped<EditSettings.EditSettings>()
        .AddScoped<OpenAssociation>()
        .AddScoped<InviteSecretary>()
        .AddSingleton<IDemoSeed, AssociationsDemo>()
        .AddNavigation<SettingsText>(10, "/associations", "List.Title", (user, _) => user.Is(Roles.PlatformOperator))
        .AddNavigation<ClosingText>(95, "/closing", "Handover", (user, host) => host.Tenant is { ClosesOn: not null } && user.IsAdministrator && user.Is(Roles.Secretariat))
        .AddNavigation<AssociationsText>(55, "/members", "Members.Title", (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat))
        .AddNavigation<AssociationsText>(56, "/onboarding", "Onboarding.Title", (user, host) =>
            host.Tenant is not null && user.IsAdministrator && user.Is(Roles.ClinicDoctor, Roles.ClinicStaff))
        .AddNavigation<AssociationsText>(57, "/test-calls", "TestCall.Title", (user, host) =>
            (host.Desk is not null && user.Is(Roles.DeskOperator)) || (host.Tenant is { Settings.Desk: null } && user.Is(Roles.Secretariat)));

    private static IServiceCollection AddNavigation<TText>(
        this IServiceCollection services, int order, string path, string label, Func<CurrentUser, PortalHost, bool> isFor) => services.AddSingleton(provider =>
    {
        var text = provider.GetRequiredService<IStringLocalizer<TText>>();
        return new NavigationItem(order, path, () => text[label], isFor);
    });

    public static void MapAssociations(this IEndpointRouteBuilder app)
    {
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Subscribe<MembershipChanged, EndStaffAccess>();
        work.Add<InviteAdministrator>();
        work.Add<CheckOnboarding>();
        work.Add<RemindClinic>();
        app.MapMembership();
        app.MapChecklist();
        app.MapTestCalls();
        app.MapSettings();
        app.MapPrices();
        app.MapPayRates();
        app.MapClosing();
        app.MapImportMembers();
        app.MapWriteMember();
        app.MapGet("/members", async (string? query, int? imported, ListMembers.ListMembers members, PageRenderer pages, CancellationToken ct) =>
                pages.Page<MembersPage>(new { Model = await members.HandleAsync(query, imported, ct) }))
            .RequireRoles(Roles.Secretariat);
        app.MapGet("/members/{id:guid}", async (Guid id, ShowMember.ShowMember show, PageRenderer pages, CancellationToken ct) =>
                await MemberPageAsync(id, FormState.Empty, show, pages, ct))
            .RequireRoles(Roles.Secretariat);
        app.MapPost("/members/{id:guid}/remind", (Guid id, FormPost post, AskForReminder ask, ShowMember.ShowMember show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
                _ => ask.HandleAsync(id, ct), _ => $"/members/{id}", state => MemberPageAsync(id, state, show, pages, ct), ct))
            .RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> MemberPageAsync(
        Guid id, FormState state, ShowMember.ShowMember show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, state, cancellationToken) is { } model ? pages.Page<MemberPage>(new { Model = model }) : Results.NotFound();
}
