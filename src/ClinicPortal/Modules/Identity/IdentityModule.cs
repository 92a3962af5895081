using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.ChoosePlace;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Modules.Identity.ShowFirstScreen;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Modules.Identity.SignOut;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClinicPortal.Modules.Identity;

/// <summary>Who somebody is: accounts, memberships, sessions, API keys.</summary>
public static class IdentityModule
{
    private const string SessionOrKey = "session-or-key";

    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddDbContextFactory<IdentityDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddIdentityCore<Account>(identity =>
        {
            identity.Lockout.MaxFailedAccessAttempts = 5;
            identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        }).AddEntityFrameworkStores<IdentityDb>();

        services.AddSingleton<Sessions>();
        services.AddSingleton<ISessionDirectory>(provider => provider.GetRequiredService<Sessions>());
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<HostAddresses>();
        services.AddAuthentication(SessionOrKey)
            .AddPolicyScheme(SessionOrKey, null, scheme => scheme.ForwardDefaultSelector = context =>
                context.Request.Path.StartsWithSegments("/api") ? AccessSchemes.Key : AccessSchemes.Session)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(AccessSchemes.Session, null)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(AccessSchemes.Key, null);

        services.AddScoped<Places>();
        services.AddScoped<HandOverSignIn>();
        services.AddScoped<SignInWithPassword>();
        services.AddScoped<DecoyPassword>();
        services.AddScoped<ChoosePassword>();
        services.AddErrorTexts<IdentityText>();

        services.AddSingleton<DemoAccess>();
        services.AddSingleton<IDemoSeed, IdentityDemo>();
        services.AddHostedService<StartupNotice>();
        return services;
    }

    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        app.MapFirstScreen();
        app.MapSignIn();
        app.MapHandOver();
        app.MapChoosePlace();
        app.MapSignOut();
    }
}
