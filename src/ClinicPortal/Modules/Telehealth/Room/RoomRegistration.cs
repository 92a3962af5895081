using System.Text.Json.Serialization;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Telehealth.HoldConsultation;
using ClinicPortal.Modules.Telehealth.InviteGuest;
using ClinicPortal.Modules.Telehealth.JoinConsultation;
using ClinicPortal.Modules.Telehealth.RecoverLink;
using ClinicPortal.Modules.Telehealth.SayInRoom;
using ClinicPortal.Modules.Telehealth.ShowStatistics;
using ClinicPortal.Shared.Access;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Telehealth.Room;

internal static class RoomRegistration
{
    public static IServiceCollection AddRoom(this IServiceCollection services)
    {
        services.AddOptions<TurnOptions>().BindConfiguration("Turn")
            .Validate(turn => turn.IsUsable, "Turn:Urls must be stun:, turn: or turns: addresses; turn: ones need Turn:Secret, Turn:RelayOnly needs one of them; Turn:LifetimeMinutes is 5 to 1440.")
            .ValidateOnStart();
        services.AddSignalR()
            .AddJsonProtocol(json => json.PayloadSerializerOptions.Converters.Add(new JsonStringEnumConverter()))
            .AddHubOptions<RoomHub>(hub =>
            {
                hub.MaximumReceiveMessageSize = Domain.SignalMessage.MaxBody * 2;
                hub.KeepAliveInterval = TimeSpan.FromSeconds(5);
                hub.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
            });
        return services
            .AddSingleton(JoinConsultation.JoinConsultation.Purpose)
            .AddSingleton<RoomTickets>()
            .AddSingleton<RoomScope>()
            .AddSingleton<Rooms>()
            .AddSingleton<TurnCredentials>()
            .AddSingleton<RoomWatch>()
            .AddHostedService(provider => provider.GetRequiredService<RoomWatch>())
            .AddSingleton<RoomPresence>()
            .AddHostedService(provider => provider.GetRequiredService<RoomPresence>())
            .AddScoped<EnterRoom>()
            .AddScoped<JoinConsultation.JoinConsultation>()
            .AddScoped<SpeakLanguage>()
            .AddScoped<HoldConsultation.HoldConsultation>()
            .AddScoped<MoveConsultation>()
            .AddSingleton<IRoomTopology, Mesh>()
            .AddScoped<IntroduceGuest>()
            .AddScoped<InviteGuest.InviteGuest>()
            .AddScoped<SayInRoom.SayInRoom>()
            .AddScoped<RecoverLink.RecoverLink>()
            .AddSingleton(provider => new VisitorHelp(
                RecoverEndpoints.Path, () => provider.GetRequiredService<IStringLocalizer<RoomText>>()["Lost.Title"], tenant => tenant.Settings.OnlineConsultation is not null))
            .AddSingleton<RecoveryLimit>()
            .AddScoped<ShowStatistics.ShowStatistics>()
            .AddSingleton(provider => new NavigationItem(
                95, "/consultations/statistics", () => provider.GetRequiredService<IStringLocalizer<RoomText>>()["Figures.Title"],
                (user, host) => host.Tenant is not null && user.Is(Roles.Secretariat), NavigationGroup.OnlineConsultation))
            .AddSingleton(provider => new NavigationItem(
                25, "/consultations", () => provider.GetRequiredService<IStringLocalizer<RoomText>>()["List.Menu"],
                (user, _) => user.Is(Roles.ClinicDoctor, Roles.NightDoctor), NavigationGroup.OnlineConsultation));
    }

    public static void MapRoom(this IEndpointRouteBuilder app)
    {
        // Who it is and where it belongs is said by the ticket that it must show first.
        app.MapHub<RoomHub>("/room").AllowAnonymous();
        app.MapJoin();
        app.MapHoldConsultation();
        app.MapInviteGuest();
        app.MapSayInRoom();
        app.MapRecoverLink();
        app.MapShowStatistics();
    }
}
