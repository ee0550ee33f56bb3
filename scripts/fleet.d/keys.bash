# The keys of a fleet, and the files by which a client finds its hosts.

make_key() { [ -f "$2" ] || ssh-keygen -q -t "$1" -N '' -C "$3" -f "$2"; }

make_client_keys() {
  mkdir -p "$dir/keys"
  chmod 700 "$dir/keys"
  make_key ed25519 "$dir/keys/id_ed25519" fleet
  make_key ed25519 "$dir/keys/id_stranger" stranger
}

# Two kinds of host key, as every real sshd has several: a client must ask for the kind that it knows.
make_host_keys() {
  mkdir -p "$dir/hosts/$1/keys"
  chmod 700 "$dir/hosts/$1/keys"
  make_key ed25519 "$dir/hosts/$1/keys/host_ed25519" "h$1"
  make_key ecdsa "$dir/hosts/$1/keys/host_ecdsa" "h$1"
}

# The settings that both kinds of host give their sshd. The stock MaxStartups drops a quarter of 100 logins at once.
sshd_settings() {
  cat << END
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UseDNS no
PrintMotd no
PrintLastLog no
X11Forwarding no
AllowTcpForwarding yes
AllowStreamLocalForwarding yes
MaxStartups 1000:30:2000
MaxSessions 1000
MaxAuthTries 20
LoginGraceTime 30
Subsystem sftp internal-sftp
END
}

write_client_files() {
  local i address port user file kind_of_key key
  : > "$dir/known_hosts"
  : > "$dir/inventory"
  ssh_settings > "$dir/ssh_config"
  for ((i = 1; i <= count; i++)); do
    address=$(host_address "$i") port=$(host_port "$i") user=$(host_user)
    echo "h$i $address $port $user" >> "$dir/inventory"
    printf 'Host h%s\n  HostName %s\n  Port %s\n' "$i" "$address" "$port" >> "$dir/ssh_config"
    for file in "$dir/hosts/$i/keys"/*.pub; do
      read -r kind_of_key key _ < "$file"
      echo "$(known_names "$i" "$address" "$port") $kind_of_key $key" >> "$dir/known_hosts"
    done
  done
}

# A host's names in known_hosts: a port other than 22 is part of the name.
known_names() {
  if [ "$3" = 22 ]; then echo "$2,h$1"; else echo "[$2]:$3,[localhost]:$3,[h$1]:$3"; fi
}

ssh_settings() {
  cat << END
Host *
  User $(host_user)
  IdentityFile $dir/keys/id_ed25519
  IdentitiesOnly yes
  UserKnownHostsFile $dir/known_hosts
  StrictHostKeyChecking yes
  LogLevel ERROR
END
}
