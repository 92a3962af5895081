using ClinicPortal.FluentUI;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Accounts;
using ClinicPortal.Modules.Identity.Agreements;
using ClinicPortal.Modules.Identity.ChoosePlace;
using ClinicPortal.Modules.Identity.ConfigureProvider;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.ForgotPassword;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Modules.Identity.Lock;
using ClinicPortal.Modules.Identity.ManageKeys;
using ClinicPortal.Modules.Identity.MyAccount;
using ClinicPortal.Modules.Identity.Organisations;
using ClinicPortal.Modules.Identity.OutsideIssuers;
using ClinicPortal.Modules.Identity.OutsideSignIn;
using ClinicPortal.Modules.Identity.Passkeys;
using ClinicPortal.Modules.Identity.Passwords;
using ClinicPortal.Modules.Identity.SecondFactor;
using ClinicPortal.Modules.Identity.ShowFirstScreen;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Modules.Identity.SignOut;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Modules.Identity.VisitorLinks;
using ClinicPortal.Modules.Identity.TrustClients;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Work;
using ClinicPortal.Ui.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Modules.Identity;

/// <summary>Who somebody is: accounts, memberships, sessions, API keys.</summary>
public static class IdentityModule
{
    private const string SessionOrKey = "session-or-key";

    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.AddDbContextFactory<IdentityDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddIdentityCore<Account>().AddUserStore<AccountStore>();
        services.AddSingleton<IConfigureOptions<IdentityPasskeyOptions>, PasskeySetup>();
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services.AddScoped<ITenantPart, IdentityPart>();
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        // OWASP's figure for PBKDF2 with SHA-512, of 2023.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 210_000);

        services.AddSingleton<Sessions>();
        services.AddSingleton<ISessionDirectory>(provider => provider.GetRequiredService<Sessions>());
        services.AddScoped<IHandsAreFull, HandsAreFull>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<Throttle>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<SecurityLog>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<Attempts>();
        services.AddScoped<AuthenticatorSetups>();
        services.AddScoped<ProveSecondFactor>();
        services.AddScoped<EnrolSecondFactor>();
        services.AddSingleton<MachineTokens>();
        services.AddOutsideIssuers();
        services.AddScoped<FreshProof>();
        services.AddScoped<PasskeyCeremonies>();
        services.AddScoped<ManagePasskeys>();
        services.AddScoped<ShowMyAccount>();
        services.AddScoped<ConfirmIdentity>();
        services.AddScoped<ChangePassword>();
        services.AddOptions<IdleLockOptions>().BindConfiguration("IdleLock");
        services.AddScoped<UnlockSession>();
        services.AddOutsideSignIn();
        services.AddScoped<AskForNewPassword>();
        services.AddScoped<ChooseNewPassword>();
        services.AddScoped<MailNewPassword>();
        services.AddSingleton<HostAddresses>();
        services.AddSingleton<IPortalAddresses>(provider => provider.GetRequiredService<HostAddresses>());
        services.AddAuthentication(SessionOrKey)
            .AddPolicyScheme(SessionOrKey, null, scheme => scheme.ForwardDefaultSelector = context =>
                context.Request.Path.StartsWithSegments("/api") ? AccessSchemes.Key : AccessSchemes.Session)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(AccessSchemes.Session, null)
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(AccessSchemes.Key, null);

        services.AddSingleton<IOrganisationPeople, OrganisationPeople>();
        services.AddScoped<IFirstAdministrators, FirstAdministrators>();
        services.AddScoped<Places>();
        services.AddScoped<HandOverSignIn>();
        services.AddScoped<SignInWithPassword>();
        services.AddScoped<SignInForm>();
        services.AddScoped<SignInScreen>();
        services.AddScoped<CompleteSignIn>();
        services.AddSingleton<VerifyPassword>();
        services.AddScoped<ChoosePassword>();
        services.AddScoped<VisitorLinks.VisitorLinks>();
        services.AddScoped<IVisitorLinks>(provider => provider.GetRequiredService<VisitorLinks.VisitorLinks>());
        services.AddScoped<VisitorRequest>();
        services.AddScoped<IdentityInRequest>();
        services.AddScoped<PlaceOfRequest>();
        services.AddScoped<OrganisationLog>();
        services.AddScoped<StaffUnderChange>();
        services.AddScoped<ListStaff>();
        services.AddScoped<EditMember>();
        services.AddScoped<RemoveMember>();
        services.AddScoped<DisableAccount>();
        services.AddScoped<EnableAccount>();
        services.AddAccounts();
        services.AddScoped<ShowInvite>();
        services.AddScoped<Invite>();
        services.AddScoped<ResendInvitation>();
        services.AddScoped<RevokeInvitation>();
        services.AddScoped<AcceptInvitation>();
        services.AddScoped<InvitationScreen>();
        services.AddScoped<SendInvitation>();
        services.AddSingleton<InvitationLinks>();
        services.AddScoped<ListKeys>();
        services.AddScoped<CreateKey>();
        services.AddScoped<RevokeKey>();
        services.AddScoped<NewKeyCookie>();
        services.AddScoped<TrustClient>();
        services.AddScoped<RevokeClient>();
        services.AddScoped<ListTrustedClients>();
        services.AddScoped<AgreementRows>();
        services.AddScoped<ShowAgreements>();
        services.AddScoped<DraftAgreement>();
        services.AddScoped<SignAgreement>();
        services.AddScoped<RevokeAgreement>();
        services.AddScoped<MailAgreement>();
        services.AddAdministration(10, StaffEndpoints.Path, Icons.People, "Staff.Title", (_, _) => true);
        services.AddAdministration(20, KeyEndpoints.Path, Icons.Key, "Keys.Title", (_, _) => true);
        services.AddAdministration(
            40, ConfigureProviderEndpoints.Path, Icons.Building, "Provider.Title", (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat));
        services.AddAdministration(30, AgreementEndpoints.Path, Icons.Document, "Agreements.Title", (user, _) => AgreementParty.Of(user) is not null);
        services.AddErrorTexts<IdentityText>();

        services.AddSingleton<DemoAccess>();
        services.AddSingleton<IDemoSeed, IdentityDemo>();
        services.AddHostedService<StartupNotice>();
        return services;
    }

    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        app.ServiceProvider.GetRequiredService<WorkRegistry>().Add<MailNewPassword>();

        app.MapFirstScreen();
        app.MapSignIn();
        app.MapSecondFactor();
        app.MapPasskeys();
        app.MapMyAccount();
        app.MapLock();
        app.MapOutsideSignIn();
        app.MapConfigureProvider();
        app.MapForgotPassword();
        app.MapHandOver();
        app.MapChoosePlace();
        app.MapSignOut();
        app.MapVisitorLinks();
        app.MapStaff();
        app.MapAccounts();
        app.MapInvitations();
        app.MapKeys();
        app.MapTrustClients();
        app.MapAgreements();
        var work = app.ServiceProvider.GetRequiredService<WorkRegistry>();
        work.Add<SendInvitation>();
        work.Add<MailAgreement>();
    }

    private static void AddAdministration(
        this IServiceCollection services, int order, string path, Icon icon, string title, Func<CurrentUser, PortalHost, bool> isFor) =>
        services.AddSingleton(provider =>
        {
            var text = provider.GetRequiredService<IStringLocalizer<IdentityText>>();
            return new AdministrationItem(order, path, icon, () => text[title], (user, host) => user.IsAdministrator && isFor(user, host));
        });
}
