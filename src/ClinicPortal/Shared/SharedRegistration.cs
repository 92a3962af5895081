using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Data.LocalPostgres;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Http.OpenApi;
using ClinicPortal.Shared.Live;
using ClinicPortal.Shared.Secrets;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Shared.Work;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Shared;

public static class SharedRegistration
{
    /// <summary>
    /// Key of the connections for what a request commits beside its own transaction. From the pool of the requests it would need a second
    /// connection while holding its first, and enough requests at once would wait for each other until all had failed.
    /// </summary>
    public const string BesideTheRequest = "beside-the-request";

    private const int SmallPool = 10;

    public static IServiceCollection AddShared(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<TimeProvider, PortalClock>();
        services.AddSingleton(provider => DataSource(provider.GetRequiredService<PortalConnectionStrings>()));
        services.AddKeyedSingleton(BesideTheRequest, (provider, _) => DataSource(provider.GetRequiredService<PortalConnectionStrings>(), SmallPool));
        services.AddSingleton<DatabaseReadiness>();
        services.AddSingleton<Migrator>();
        services.AddScoped<PortalSession>();
        services.AddHostedService<PartitionsAhead>();
        services.Configure<RetentionOptions>(configuration.GetSection("Retention"));
        services.AddSingleton<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());

        services.Configure<PortalHostOptions>(configuration.GetSection("PortalHost"));
        services.AddSingleton<TenantDirectory>();
        services.AddSingleton<ITenantResolver>(provider => provider.GetRequiredService<TenantDirectory>());
        services.AddHostedService(provider => provider.GetRequiredService<TenantDirectory>());
        services.AddSingleton<TenantFiles>();
        services.AddSingleton<SettingsUse>();
        services.AddSingleton<TenantImport>();
        services.AddScoped<SettingsVersions>();
        services.AddScoped<ITenantPart, SharedPart>();
        services.AddScoped<TenantHandover>();
        services.AddSingleton<TenantDeletion>();
        services.AddHostedService(provider => provider.GetRequiredService<TenantDeletion>());
        services.AddSingleton<ScopeOf>();
        services.AddSingleton<DemoSeeding>();
        services.AddScoped<TenantScope>();
        services.AddScoped<CurrentUserAccessor>();
        services.AddScoped(provider => provider.GetRequiredService<CurrentUserAccessor>().User
            ?? throw new InvalidOperationException("Nobody is signed in and no job acts."));
        services.AddScoped<AuditTrail>();
        services.AddSingleton<ShownRecords>();
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection("Audit")).PostConfigure<IConfiguration, IHostEnvironment>((audit, settings, environment) =>
            audit.AnchorDirectory = audit.AnchorDirectory is { Length: > 0 } configured
                ? configured : Path.Combine(LocalPostgresOptions.From(settings, environment).DataDirectory, "audit-anchors"));
        services.AddSingleton<AuditKeys>();
        services.AddSingleton<AuditLinker>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLinker>());
        services.AddSingleton<AuditAnchors>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditAnchors>());
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<VerifyAudit>();
        services.AddScoped<PatientLooks>();

        services.AddSingleton<Documents.PdfPrinter>();
        services.AddSingleton<WorkRegistry>();
        services.AddSingleton<WorkRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkRunner>());
        services.AddScoped<Outbox>();

        services.AddSignalR();
        services.AddSingleton<LiveTopics>();
        services.AddSingleton<LiveConnections>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveConnections>());
        services.AddSingleton<LiveRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveRelay>());

        services.AddScoped<ApiCommand>();
        services.AddScoped<FormPost>();
        services.AddScoped<HiddenSearch>();
        services.AddSingleton<Problems>();
        services.AddErrorTexts<SharedText>();
        services.AddProblemDetails();
        services.AddPortalOpenApi();
        services.AddExceptionHandler<MalformedRequests>();
        // Thrown in production too, so that the answer names the field in every environment.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            // A field that nobody reads is a mistyped one, and what the sender meant by it would be lost without a word.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.Converters.Add(new InstantConverter());
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
        });

        services.AddRazorComponents();
        services.AddLocalization();
        // Razor would otherwise write Japanese as &#x…; at six times the bytes.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie = new FormCookie { Name = "__Host-form", Path = "/", HttpOnly = true, SameSite = SameSiteMode.Strict };
        });
        services.AddSingleton<TenantKeys>();
        services.AddHostedService<TenantKeyWatch>();
        services.AddSingleton<Vault>();
        services.AddSingleton<Resealing>();
        services.AddSingleton<KeyCommands>();
        services.AddSingleton<FormKeyEncryptor>();
        services.AddSingleton<FormKeys>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => provider.GetRequiredService<FormKeys>());
        services.AddDataProtection().SetApplicationName("ClinicPortal");
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.AddAuthorizationBuilder().AddPolicy(AccessPolicies.Administrator, policy => policy.RequireClaim(AccessPolicies.Administrator));
        return services;
    }

    /// <summary>The module's resource that has the words of its refusals, by code.</summary>
    public static IServiceCollection AddErrorTexts<TText>(this IServiceCollection services) =>
        services.AddSingleton(provider => new ErrorTexts(provider.GetRequiredService<IStringLocalizer<TText>>()));

    private static NpgsqlDataSource DataSource(PortalConnectionStrings connections, int? maxPoolSize = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connections.App)
        {
            ApplicationName = "ClinicPortal",
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            // A pooled connection must come back with nothing of its last borrower's scope.
            NoResetOnClose = false,
        };
        settings.MaxPoolSize = maxPoolSize ?? settings.MaxPoolSize;
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>
    /// Secure always. The option for that refuses requests without TLS, but browsers hold <c>localhost</c> to be secure, and
    /// behind a proxy that ends TLS the application sees none either.
    /// </summary>
    private sealed class FormCookie : CookieBuilder
    {
        public override CookieOptions Build(HttpContext context, DateTimeOffset expiresFrom)
        {
            var options = base.Build(context, expiresFrom);
            options.Secure = true;
            return options;
        }
    }
}
