using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Demo;
using ClinicPortal.Modules.Associations.ImportMembers;
using ClinicPortal.Modules.Associations.ListMembers;
using ClinicPortal.Modules.Associations.ShowMember;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
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
        .AddScoped<MemberImportCheck>()
        .AddScoped<StageMembers>()
        .AddScoped<PreviewMembers>()
        .AddScoped<ConfirmMembers>()
        .AddSingleton<IDemoSeed, AssociationsDemo>()
        .AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IStringLocalizer<AssociationsText>>();
            return new NavigationItem(55, "/members", () => text["Members.Title"], (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat));
        });

    public static void MapAssociations(this IEndpointRouteBuilder app)
    {
        app.MapImportMembers();
        app.MapWriteMember();
        app.MapGet("/members", async (string? query, int? imported, ListMembers.ListMembers members, PageRenderer pages, CancellationToken ct) =>
                pages.Page<MembersPage>(new { Model = await members.HandleAsync(query, imported, ct) }))
            .RequireRoles(Roles.Secretariat);
        app.MapGet("/members/{id:guid}", async (Guid id, ShowMember.ShowMember show, PageRenderer pages, CancellationToken ct) =>
                await show.HandleAsync(id, ct) is { } model ? pages.Page<MemberPage>(new { Model = model }) : Results.NotFound())
            .RequireRoles(Roles.Secretariat);
    }
}
