using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Demo;
using ClinicPortal.Modules.Associations.ListMembers;
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
        .AddScoped<ListMembers.ListMembers>()
        .AddSingleton<IDemoSeed, AssociationsDemo>()
        .AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IStringLocalizer<AssociationsText>>();
            return new NavigationItem(55, "/members", () => text["Members.Title"], (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat));
        });

    public static void MapAssociations(this IEndpointRouteBuilder app) =>
        app.MapGet("/members", async (ListMembers.ListMembers members, PageRenderer pages, CancellationToken ct) =>
                pages.Page<MembersPage>(new { Members = await members.HandleAsync(ct) }))
            .RequireRoles(Roles.Secretariat);
}
